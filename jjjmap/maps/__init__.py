"""The map page: what folium builds, what the page is served, and the words it exchanges with the program."""
