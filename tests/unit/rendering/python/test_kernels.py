"""Kernels in output code: found where Inductor writes one, in the language that the call says."""

from __future__ import annotations

import time

import pytest

from artifact_stream.rendering.python.kernels import find_kernel


@pytest.mark.parametrize(
    ("call", "language"),
    [
        ("async_compile.cpp('''", "cpp"),
        ('async_compile.cpp_pybinding(["float*", "int64_t"], r\'\'\'', "cpp"),
        ("async_compile.triton('triton_poi_fused_0', '''", "python"),
        ('async_compile.triton("name", R"""', "python"),
        ("async_compile.cuda(r'''", "cpp"),
        (
            "async_compile.halide(HalideMeta(argtypes=[HalideInputSpec(ctype='float*')]), '''",
            "python",
        ),
    ],
)
def test_the_kernel_begins_behind_the_quotes(call, language):
    text = f"x = {call}\nbody\n''')"
    kernel = find_kernel(text, 4)
    assert kernel.language == language
    assert text[kernel.start :].startswith("\nbody")
    assert find_kernel(text, 3) is None


@pytest.mark.parametrize(
    "text",
    [
        "async_compile.wait(globals())",
        "async_compile.rust('''x''')",
        "async_compile.cpp('x')",
        "async_compile.cpp(name, \n'''x''')",
        "async_compile.cpp(f'''x''')",
        "async_compile.cpp()  # '''x'''",
        "async_compile",
        "",
    ],
)
def test_what_is_no_kernel(text):
    assert find_kernel(text, 0) is None


def test_hostile_arguments_take_no_time():
    begun = time.process_time()
    for text in ("(" * 10_000, "a" * 10_000, "'a'" * 3000, "(a" * 3000, '"' * 9999):
        find_kernel(f"async_compile.cpp({text}", 0)
    assert time.process_time() - begun < 2
