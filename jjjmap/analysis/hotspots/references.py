"""Where the methods are published (GB/T 7714)."""

MORAN = "MORAN P A P. Notes on continuous stochastic phenomena[J]. Biometrika, 1950, 37(1/2): 17-23."
LOCAL_MORAN = (
    "ANSELIN L. Local indicators of spatial association—LISA[J]. Geographical Analysis, 1995, 27(2): 93-115."
)
GETIS_ORD = (
    "ORD J K, GETIS A. Local spatial autocorrelation statistics: distributional issues and an application"
    "[J]. Geographical Analysis, 1995, 27(4): 286-306."
)
PSEUDO_P = (
    "PHIPSON B, SMYTH G K. Permutation P-values should never be zero[J]. Statistical Applications in "
    "Genetics and Molecular Biology, 2010, 9(1): 39."
)
FDR = (
    "BENJAMINI Y, HOCHBERG Y. Controlling the false discovery rate: a practical and powerful approach to "
    "multiple testing[J]. Journal of the Royal Statistical Society: Series B, 1995, 57(1): 289-300."
)
KDE = "SILVERMAN B W. Density estimation for statistics and data analysis[M]. London: Chapman & Hall, 1986."
SCOTT = "SCOTT D W. Multivariate density estimation[M]. New York: Wiley, 1992."
DENSEST_REGIONS = (
    "HYNDMAN R J. Computing and graphing highest density regions[J]. The American Statistician, 1996, 50(2): "
    "120-126."
)
DBSCAN = (
    "ESTER M, KRIEGEL H P, SANDER J, et al. A density-based algorithm for discovering clusters in large "
    "spatial databases with noise[C]//KDD-96. Menlo Park: AAAI Press, 1996: 226-231."
)
HDBSCAN = (
    "CAMPELLO R J G B, MOULAVI D, SANDER J. Density-based clustering based on hierarchical density estimates"
    "[C]//PAKDD 2013. Berlin: Springer, 2013: 160-172."
)
