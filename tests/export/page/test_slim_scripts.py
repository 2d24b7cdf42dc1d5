import pytest

from jjjmap.export.page.slim_scripts import slim, slim_style


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("const a = 1; // one\nlet b;", "const a=1;let b;"),
        ("a = b\nc = d", "a=b\nc=d"),
        ("return /a b\\/ [/ c]/g.test(x) / 2", "return/a b\\/ [/ c]/g.test(x)/2"),
        ("x = a / b / c; // d", "x=a/b/c;"),
        ("s = '// no  remark' + \"/* nor  this */\"", "s='// no  remark'+\"/* nor  this */\""),
        ("`a  ${ b ? `c  ${d}` : '}' }  // e` + 1", "`a  ${ b ? `c  ${d}` : '}' }  // e`+1"),
        ("a + +b - -c", "a+ +b- -c"),
        ("x => { y }\nz()", "x=>{y}\nz()"),
        ("foo\n  .bar()\n  .baz()", "foo.bar().baz()"),
        ("const $ = new A(); this.#b in c", "const $=new A();this.#b in c"),
        ("/* a\nb */ c", "c"),
        ("{ a = 1; } { while (b()); }", "{a=1}{while(b());}"),
        ("a /* b\nc */ d", "a\nd"),
    ],
)
def test_a_slim_script_keeps_its_meaning(script: str, expected: str) -> None:
    assert slim(script) == expected


def test_a_template_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="template"):
        slim("`a ${b")


def test_a_slim_style_keeps_its_rules() -> None:
    style = (
        "/* a */\n.b  .c { color: #fff; width: calc(1px + 2px); }\n@media (max-width: 1px) { d { e: f; } }\n"
    )
    assert slim_style(style) == ".b .c{color:#fff;width:calc(1px + 2px)}\n@media (max-width:1px){d{e:f}\n}"
