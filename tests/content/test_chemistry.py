"""What mhchem's manual documents, as a table of chemistry and the TeX that is made of it."""

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from math_core import LatexToMathML

from learn.content.chemistry import MAX_DEPTH, ChemistryError, expand_chemistry

FORMULAS = [
    # formulas and amounts
    ("H2O", r"\mathrm{H}_{2}\mathrm{O}"),
    ("Sb2O3", r"\mathrm{Sb}_{2}\mathrm{O}_{3}"),
    ("H_2O", r"\mathrm{H}_{2}\mathrm{O}"),
    ("Fe0.95O", r"\mathrm{Fe}_{0.95}\mathrm{O}"),
    ("2H2O", r"2\,\mathrm{H}_{2}\mathrm{O}"),
    ("2 H2O", r"2\,\mathrm{H}_{2}\mathrm{O}"),
    ("1/2H2O", r"\tfrac{1}{2}\,\mathrm{H}_{2}\mathrm{O}"),
    ("(1/2) H2O", r"(1/2)\,\mathrm{H}_{2}\mathrm{O}"),
    ("½O2", r"½\,\mathrm{O}_{2}"),
    ("0.5H2O", r"0.5\,\mathrm{H}_{2}\mathrm{O}"),
    ("0,5 H2O", r"0{,}5\,\mathrm{H}_{2}\mathrm{O}"),
    ("n H2O", r"n\,\mathrm{H}_{2}\mathrm{O}"),
    ("2n H2O", r"2n\,\mathrm{H}_{2}\mathrm{O}"),
    ("$n$ H2O", r"{n}\ \mathrm{H}_{2}\mathrm{O}"),
    # charges
    ("Na+", r"\mathrm{Na}^{+}"),
    ("OH-", r"\mathrm{OH}^{-}"),
    ("OH\u2212", r"\mathrm{OH}^{-}"),
    ("H3O+", r"\mathrm{H}_{3}\mathrm{O}^{+}"),
    ("NH4+", r"\mathrm{NH}_{4}{}^{+}"),
    ("CrO4^2-", r"\mathrm{CrO}_{4}{}^{2-}"),
    ("SO4^{2-}", r"\mathrm{SO}_{4}{}^{2-}"),
    ("SO_4^{2-}", r"\mathrm{SO}_{4}{}^{2-}"),
    ("[AgCl2]-", r"[\mathrm{AgCl}_{2}]^{-}"),
    ("Y^99+", r"\mathrm{Y}^{99+}"),
    ("Y^{99+}", r"\mathrm{Y}^{99+}"),
    ("Fe^3+", r"\mathrm{Fe}^{3+}"),
    ("Cl^-Na^+", r"\mathrm{Cl}^{-}\mathrm{Na}^{+}"),
    ("Fe^n+", r"\mathrm{Fe}^{n+}"),
    ("Fe^{III}", r"\mathrm{Fe}^{\mathrm{III}}"),
    (
        "Fe^{II}Fe^{III}2O4",
        r"\mathrm{Fe}^{\mathrm{II}}\mathrm{Fe}^{\mathrm{III}}_{2}\mathrm{O}_{4}",
    ),
    ("2 e- + Cl-(aq)", r"2\,\mathrm{e}^{-}+\mathrm{Cl}^{-}\,(\mathrm{aq})"),
    # nuclides
    ("^{227}_{90}Th+", r"\prescript{227}{90}{\mathrm{Th}}^{+}"),
    ("^227_90Th+", r"\prescript{227}{90}{\mathrm{Th}}^{+}"),
    ("^{0}_{-1}n^{-}", r"\prescript{0}{-1}{\mathrm{n}}^{-}"),
    ("^0_-1n-", r"\prescript{0}{-1}{\mathrm{n}}^{-}"),
    ("^{14}CO2", r"\prescript{14}{}{\mathrm{C}}\mathrm{O}_{2}"),
    ("3 ^1_0n", r"3\,\prescript{1}{0}{\mathrm{n}}"),
    ("^0_{-1}\\beta", r"\prescript{0}{-1}{\beta}"),
    ("H{}^3HO", r"\mathrm{H}\prescript{3}{}{\mathrm{H}}\mathrm{O}"),
    ("H^3HO", r"\mathrm{H}\prescript{3}{}{\mathrm{H}}\mathrm{O}"),
    ("^{2+}", r"{}^{2+}"),
    # brackets, adducts, states
    ("(NH4)2S", r"(\mathrm{NH}_{4})_{2}\mathrm{S}"),
    (r"[\{(X2)3\}2]^3+", r"[\{(\mathrm{X}_{2})_{3}\}_{2}]^{3+}"),
    ("CuSO4*5H2O", r"\mathrm{CuSO}_{4}{\cdot}5\,\mathrm{H}_{2}\mathrm{O}"),
    ("CuSO4.5H2O", r"\mathrm{CuSO}_{4}{\cdot}5\,\mathrm{H}_{2}\mathrm{O}"),
    ("CuSO4·5H2O", r"\mathrm{CuSO}_{4}{\cdot}5\,\mathrm{H}_{2}\mathrm{O}"),
    ("CuSO4 * 5 H2O", r"\mathrm{CuSO}_{4}{\cdot}5\,\mathrm{H}_{2}\mathrm{O}"),
    ("H2(aq)", r"\mathrm{H}_{2}\,(\mathrm{aq})"),
    ("H2O (l)", r"\mathrm{H}_{2}\mathrm{O}\,(\mathrm{l})"),
    ("Zn(s)", r"\mathrm{Zn}\,(\mathrm{s})"),
    ("H2(g)", r"\mathrm{H}_{2}\,(\mathrm{g})"),
    (r"NaOH(aq,$\infty$)", r"\mathrm{NaOH}\,(\mathrm{aq},{\infty})"),
    ("CO3^2-_{(aq)}", r"\mathrm{CO}_{3}{}^{2-}_{(\mathrm{aq})}"),
    ("[Co(en)3]Cl3", r"[\mathrm{Co}(\mathrm{en})_{3}]\mathrm{Cl}_{3}"),
    # precipitate and gas
    ("BaSO4 v", r"\mathrm{BaSO}_{4}\,{\downarrow}"),
    ("H2 ^", r"\mathrm{H}_{2}\,{\uparrow}"),
    ("A (v) + B (^)", r"\mathrm{A}\,{\downarrow}+\mathrm{B}\,{\uparrow}"),
    ("A↓ + B↑", r"\mathrm{A}\,{\downarrow}+\mathrm{B}\,{\uparrow}"),
    # arrows
    ("A -> B", r"\mathrm{A}\longrightarrow\mathrm{B}"),
    ("A <- B", r"\mathrm{A}\longleftarrow\mathrm{B}"),
    ("A <-> B", r"\mathrm{A}\longleftrightarrow\mathrm{B}"),
    ("A <--> B", r"\mathrm{A}\rightleftarrows\mathrm{B}"),
    ("A <=> B", r"\mathrm{A}\rightleftharpoons\mathrm{B}"),
    ("A <=>> B", r"\mathrm{A}⥂\mathrm{B}"),
    ("A <<=> B", r"\mathrm{A}⥄\mathrm{B}"),
    ("A → B", r"\mathrm{A}\longrightarrow\mathrm{B}"),
    ("A ← B", r"\mathrm{A}\longleftarrow\mathrm{B}"),
    ("A ↔ B", r"\mathrm{A}\longleftrightarrow\mathrm{B}"),
    ("A ⇌ B", r"\mathrm{A}\rightleftharpoons\mathrm{B}"),
    ("Na+->Cl-->A", r"\mathrm{Na}^{+}\longrightarrow\mathrm{Cl}^{-}\longrightarrow\mathrm{A}"),
    ("->[H2O]", r"\xrightarrow{\mathrm{H}_{2}\mathrm{O}}"),
    ("->[{heat}]", r"\xrightarrow{\text{heat}}"),
    (r"->[\text{heat}]", r"\xrightarrow{\text{heat}}"),
    ("->[{5% [w/w]}]", r"\xrightarrow{\text{5\%~[w/w]}}"),
    ("->[298 K, 1 bar]", r"\xrightarrow{298\,\mathrm{K},\ 1\,\mathrm{bar}}"),
    (r"->[h\nu][$x_i$]", r"\xrightarrow[{{x_i}}]{h\nu}"),
    (r"→[[Pd]][\Delta]", r"\xrightarrow[{\Delta}]{[\mathrm{Pd}]}"),
    ("<-[a]", r"\xleftarrow{\mathrm{a}}"),
    ("<->[a]", r"\xleftrightarrow{\mathrm{a}}"),
    ("<=>[+ H+][- H+]", r"\xrightleftharpoons[{-\mathrm{H}^{+}}]{+\mathrm{H}^{+}}"),
    ("<-->[a][b]", r"\overset{\mathrm{a}}{\underset{\mathrm{b}}{\rightleftarrows}}"),
    ("<=>>[a]", r"\overset{\mathrm{a}}{⥂}"),
    ("<<=>[][b]", r"\underset{\mathrm{b}}{⥄}"),
    ("->[][]", r"\longrightarrow"),
    # bonds and operators
    ("A-B=C#D", r"\mathrm{A}{-}\mathrm{B}{=}\mathrm{C}{\equiv}\mathrm{D}"),
    ("C6H5-CHO", r"\mathrm{C}_{6}\mathrm{H}_{5}{-}\mathrm{CHO}"),
    (r"A\bond{1}B\bond{=}C\bond{#}D", r"\mathrm{A}{-}\mathrm{B}{=}\mathrm{C}{\equiv}\mathrm{D}"),
    (r"A\bond{...}B\bond{~}C", r"\mathrm{A}{\cdots}\mathrm{B}{┄}\mathrm{C}"),
    (r"A\bond{~-}B\bond{->}C", r"\mathrm{A}{\overset{┄}{-}}\mathrm{B}{\to}\mathrm{C}"),
    ("A + B - C = D", r"\mathrm{A}+\mathrm{B}-\mathrm{C}=\mathrm{D}"),
    (r"A \pm 2B", r"\mathrm{A}\pm2\,\mathrm{B}"),
    ("A, B; C/D", r"\mathrm{A},\ \mathrm{B};\mathrm{C}/\mathrm{D}"),
    (r"ZnS (\ca$c$)", r"\mathrm{ZnS}\ ({\sim}{c})"),
    # radicals and point defects
    ("OCO^{.-}", r"\mathrm{OCO}^{•-}"),
    ("NO^.", r"\mathrm{NO}^{•}"),
    ("NO^{(2.)-}", r"\mathrm{NO}^{(2•)-}"),
    ("O2•-", r"\mathrm{O}_{2}{}^{•-}"),
    ("NO^*", r"\mathrm{NO}^{*}"),
    (
        "Li^x_{Li,1-2x}$V$'_{Li,x}",
        r"\mathrm{Li}^{\times}_{\mathrm{Li},1-2x}{V}^{\prime}_{\mathrm{Li},x}",
    ),
    ("O''_{i,x}M^{..}_i", r"\mathrm{O}^{\prime\prime}_{i,x}\mathrm{M}^{••}_{i}"),
    # variables, Greek, text, mathematics
    ("NO_x", r"\mathrm{NO}_{x}"),
    ("Na_{x}WO3", r"\mathrm{Na}_{x}\mathrm{WO}_{3}"),
    ("C_nH_{2n+2}", r"\mathrm{C}_{n}\mathrm{H}_{2n+2}"),
    ("x Na(NH4)HPO4", r"x\,\mathrm{Na}(\mathrm{NH}_{4})\mathrm{HPO}_{4}"),
    ("n-Pr iPr", r"n{-}\mathrm{Pr}\ i\mathrm{Pr}"),
    ("pH pKa", r"\mathrm{pH}\ \mathrm{p}K_{\mathrm{a}}"),
    ("1s^2-N", r"1\mathrm{s}^{2}{-}\mathrm{N}"),
    (r"\mu-Cl", r"\mu{-}\mathrm{Cl}"),
    (
        r"[Pt(\eta^2-C2H4)Cl3]-",
        r"[\mathrm{Pt}(\eta^{2}{-}\mathrm{C}_{2}\mathrm{H}_{4})\mathrm{Cl}_{3}]^{-}",
    ),
    (r"\alpha + \gamma{} + \nu_e", r"\alpha+\gamma{}+\nu_{e}"),
    (r"\Delta x H2O", r"\Delta x\,\mathrm{H}_{2}\mathrm{O}"),
    ("{Gluconic Acid} + X_{{red}}", r"\text{Gluconic Acid}+\mathrm{X}_{\text{red}}"),
    ("{(+)}_589{-}[A]", r"\text{(+)}_{589}\text{-}[\mathrm{A}]"),
    (r"{50% \textit{cis} \alpha}", r"{\text{50\%~}\textit{cis}\text{ }\alpha}"),
    (r"$cis${-}[PtCl2]", r"{cis}\text{-}[\mathrm{PtCl}_{2}]"),
    (r"Fe(CN)_{$\frac{6}{2}$}", r"\mathrm{Fe}(\mathrm{CN})_{{\frac{6}{2}}}"),
    ("X_$i$^$x$", r"\mathrm{X}_{{i}}^{{x}}"),
    (r"2 $\left( \ce{O2} \right)$", r"2\,{\left( {\mathrm{O}_{2}} \right)}"),
    (r"\frac{[Hg^2+]}{[Hg]}", r"\frac{[\mathrm{Hg}^{2+}]}{[\mathrm{Hg}]}"),
    # Unicode
    ("H₂O", r"\mathrm{H}_{2}\mathrm{O}"),
    ("SO₄²⁻", r"\mathrm{SO}_{4}{}^{2-}"),
    ("²²⁷₉₀Th⁺", r"\prescript{227}{90}{\mathrm{Th}}^{+}"),
    (r"  A\  ", r"\mathrm{A}\ "),
    ("вода", r"\mathrm{вода}"),
    ("", ""),
]

QUANTITIES = [
    ("123 kJ", r"123\,\mathrm{kJ}"),
    ("123 J s", r"123\,\mathrm{J}\,\mathrm{s}"),
    ("123 J*s", r"123\,\mathrm{J}{\cdot}\mathrm{s}"),
    ("123 kJ/mol", r"123\,\mathrm{kJ}/\mathrm{mol}"),
    ("75.3 J // mol K", r"75.3\,\frac{\mathrm{J}}{\mathrm{mol}\,\mathrm{K}}"),
    ("123 kJ mol^-1", r"123\,\mathrm{kJ}\,\mathrm{mol}^{-1}"),
    ("123 kJ mol-1", r"123\,\mathrm{kJ}\,\mathrm{mol}^{-1}"),
    ("1.2e3 kJ", r"1.2{\cdot}10^{3}\,\mathrm{kJ}"),
    ("-1,2E-3 kJ", r"-1{,}2\times10^{-3}\,\mathrm{kJ}"),
    (r"5 \mu m^{2}", r"5\,\mathrm{µm}^{2}"),
    (r"25 °C 10% \Omega^-1", r"25\,\mathrm{°C}\,10\%\,\Omega^{-1}"),
    ("mm2", r"\mathrm{mm}^{2}"),
    ("m^{}", r"\mathrm{m}^{}"),
    (r" 5 / m\  ", r"5\,/\mathrm{m}\ "),
    ("42", "42"),
]

SENTENCES = [
    (r"x^2 + \frac{1}{2}", r"x^2 + \frac{1}{2}"),
    (r"K = [\ce{H+}]\,\ce {OH-}", r"K = [{\mathrm{H}^{+}}]\,{\mathrm{OH}^{-}}"),
    (r"\text{Water \ce{H2O} boils}", r"{\text{Water }{\mathrm{H}_{2}\mathrm{O}}\text{ boils}}"),
    (r"\text{no} \mathbf{\ce{H}}", r"\text{no} \mathbf{{\mathrm{H}}}"),
    (r"\text{$x$ and \textbf{\ce{H}}}", r"{{x}\text{ and }{\mathrm{H}}}"),
    (r"\begin{matrix}a\\ce\end{matrix}", r"\begin{matrix}a\\ce\end{matrix}"),
    (r"\ce{A\ce{B}\pu{5 m}}", r"{\mathrm{A}{\mathrm{B}}{5\,\mathrm{m}}}"),
]

GOLDEN = (
    [(rf"\ce{{{source}}}", f"{{{tex}}}") for source, tex in FORMULAS]
    + [(rf"\pu{{{source}}}", f"{{{tex}}}") for source, tex in QUANTITIES]
    + SENTENCES
)


@pytest.mark.parametrize(("source", "tex"), GOLDEN)
def test_chemistry_becomes_plain_tex(source: str, tex: str) -> None:
    assert expand_chemistry(source) == tex


@pytest.mark.parametrize("displaystyle", [False, True])
@pytest.mark.parametrize("source", [source for source, _ in GOLDEN])
def test_the_math_engine_accepts_the_tex(source: str, displaystyle: bool) -> None:
    mathml = LatexToMathML().convert_with_local_state(
        expand_chemistry(source), displaystyle=displaystyle
    )

    assert mathml.startswith("<math")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (r"\ce{H2O", "“{H2O” is opened but never closed with }."),
        (r"\ce{A ->[heat B}", "“[heat B” is opened but never closed with ]."),
        (r"\ce{$x}", "“$x” is opened but never closed with $."),
        (r"\ce H2O", r"\ce needs braces, as in \ce{...}."),
        (r"\pu", r"\pu needs braces, as in \pu{...}."),
    ],
)
def test_an_editor_is_told_what_is_wrong(source: str, message: str) -> None:
    with pytest.raises(ChemistryError) as refusal:
        expand_chemistry(source)

    assert str(refusal.value) == message


@pytest.mark.parametrize(("opening", "closing"), [("{", "}"), (r"\ce{", "}"), ("->[", "]")])
def test_nesting_over_twenty_levels_is_refused(opening: str, closing: str) -> None:
    def nested(levels: int) -> str:
        return rf"\ce{{{opening * levels}A{closing * levels}}}"

    assert "A" in expand_chemistry(nested(MAX_DEPTH - 1))
    with pytest.raises(ChemistryError, match="nested more than 20 levels deep"):
        expand_chemistry(nested(MAX_DEPTH + 1))


# Whole groups as well as loose signs: loose braces seldom match, and then nothing is read.
SIGNS = [*"AaHenvx2 .,+-=#^_'*/%&~₂²½→•水\ud800", *"{}[]()$\\"]
GROUPS = r"{} {a} [b] $x$ ^{} _{2} ^2- (aq) ->[a] <=> \text{a} \ce{A} \pu{1} \frac{A}{B} \bond{=}"
CHEMICAL_TEXT = st.lists(
    st.sampled_from([*SIGNS, *GROUPS.split() * 4, "->[", r"\ce{", r"\text{", r"\alpha ", " + "])
).map("".join)


def braces_match(tex: str) -> bool:
    depth = 0
    for brace in re.findall(r"\\.|[{}]", tex, re.DOTALL):
        depth += (brace == "{") - (brace == "}")
        if depth < 0:
            return False
    return depth == 0


@settings(max_examples=400, deadline=None)
@given(st.text() | CHEMICAL_TEXT)
def test_any_text_expands_or_is_refused(text: str) -> None:
    for source in (text, rf"\ce{{{text}}}", rf"\pu{{{text}}}", rf"\text{{\ce{{}}{text}}}"):
        try:
            tex = expand_chemistry(source)
        except ChemistryError:
            continue
        assert braces_match(tex) == braces_match(source)


@given(st.text(alphabet=st.characters(exclude_characters="\\")))
def test_text_without_commands_is_unchanged(text: str) -> None:
    assert expand_chemistry(text) == text


HOSTILE = ["{", "$", "-", "^", "_", "_{", "a(", "1", "1/", "(", "->[", "->[a]", "^1_1", "A^1_1"]
HOSTILE += ["A-", "e-(", "a\t", "//", "\\\\", r"\text{", r"\ce{", r"\ce{A}", r"\alpha", "[", "{}"]


@pytest.mark.parametrize("part", HOSTILE)
@pytest.mark.parametrize("frame", [r"\ce{%s}", r"\pu{%s}", r"\ce{A%s}", r"\ce{A_{%s}->[B]}"])
def test_a_hundred_kilobytes_of_anything_are_done_at_once(part: str, frame: str) -> None:
    source = frame % (part * (100_000 // len(part)))

    with suppress(ChemistryError):
        assert expand_chemistry(source)
