"""TeX as plain signs, for passages in which no formula can be set."""

import pytest

from learn.content.plaintex import readable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is warm.", "It is warm."),
        (r"F = -\frac{dU}{dx} here", "F = -dU/dx here"),
        (r"\vec F = -\nabla U", "F = -∇ U"),
        (r"E = h\nu. One", "E = hν. One"),
        (r"t = \tau \ln 2 \approx 0.69 s", "t = τ ln 2 ≈ 0.69 s"),
        (r"8.314\,\text{J/(mol K)}", "8.314 J/(mol K)"),
        (r"U = -\left( \frac{\partial", "U = -( ∂"),
        (r"at 20 ^\circ C, \Delta G", "at 20 ^° C, Δ G"),
    ],
)
def test_commands_become_signs(text, expected):
    assert readable(text) == expected


@pytest.mark.parametrize("text", [r'printf("hi\n");', r"C:\new\{x}", "f(x) { return x; }", "\\"])
def test_what_is_no_tex_stays(text):
    assert readable(text) == text
