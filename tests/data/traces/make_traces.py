"""Make the real traces that the tests read, with torch on the CPU.

    python tests/data/traces/make_traces.py OUT [SCENARIO ...]

Every scenario runs in a process of its own with ``TORCH_TRACE`` set, and leaves
``OUT/<scenario>/*.log``.  torch writes the paths of its modules into a trace, so run this
from an interpreter whose paths may be published.  Made with torch 2.13.0; torch is needed
by this script alone, never by the package or its tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

SCENARIOS: dict[str, Callable[[], None]] = {}


def scenario(function: Callable[[], None]) -> Callable[[], None]:
    SCENARIOS[function.__name__] = function
    return function


@scenario
def training() -> None:
    """Forward and backward graphs of a small convolution network."""
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(8 * 64, 4),
    )
    compiled = torch.compile(model)
    compiled(torch.randn(2, 3, 8, 8)).sum().backward()


@scenario
def inference() -> None:
    """One compile with an inference graph and a C++ kernel."""
    import torch

    @torch.compile
    def gelu_sum(x: Any, y: Any) -> Any:
        return (torch.nn.functional.gelu(x) @ y).sin().sum(dim=-1)

    with torch.no_grad():
        gelu_sum(torch.randn(16, 16), torch.randn(16, 16))


@scenario
def recompiles() -> None:
    """One frame compiled several times: changed dtype, changed constant, changed rank."""
    import torch

    @torch.compile(dynamic=False)
    def scale(x: Any, factor: int) -> Any:
        return x * factor + 1

    for size in (4, 8, 16):
        scale(torch.randn(size), 3)
    scale(torch.randn(4), 5)
    scale(torch.randn(4, 4), 5)
    scale(torch.ones(4, dtype=torch.int64), 5)


@scenario
def dynamic_shapes() -> None:
    """Symbolic sizes, and a guard that comes from data."""
    import torch

    @torch.compile(dynamic=True)
    def pool(x: Any) -> Any:
        if x.shape[0] > 4:
            return x.view(-1, 2).mean(dim=0)
        return x.cumsum(0)

    for size in (6, 10, 2):
        pool(torch.randn(size, 2))

    import torch._dynamo.config as config

    config.capture_scalar_outputs = True

    @torch.compile(fullgraph=True)
    def pick(x: Any) -> Any:
        n = x[0].item()
        torch._check(n >= 2)
        torch._check(n <= 10)
        return torch.arange(n) * 2

    pick(torch.tensor([5]))


@scenario
def graph_breaks() -> None:
    """Graph breaks: new frames, and second attempts (``_1``)."""
    import torch

    @torch.compile
    def broken(x: Any) -> Any:
        y = x.sin()
        print("a side effect breaks the graph")
        z = y.cos()
        torch._dynamo.graph_break()
        return helper(z) + 1

    def helper(x: Any) -> Any:
        if x.sum() > 0:
            return x * 2
        return x - 2

    broken(torch.ones(8))
    broken(-torch.ones(8))


@scenario
def compiled_autograd() -> None:
    """Compiled autograd: ``!`` compile ids and dumped ``<eval_with_key>`` files."""
    import torch
    from torch import nn

    torch._dynamo.config.compiled_autograd = True
    model = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2))

    @torch.compile
    def step(x: Any) -> None:
        model(x).sum().backward()

    step(torch.randn(3, 8))
    step(torch.randn(5, 8))


@scenario
def compile_error() -> None:
    """A backend that fails, and code that dynamo cannot trace."""
    import torch

    def refusing_backend(graph: Any, inputs: Any) -> Any:
        raise RuntimeError("this backend compiles nothing")

    @torch.compile(backend=refusing_backend)
    def refused(x: Any) -> Any:
        return x + 1

    @torch.compile(fullgraph=True)
    def untraceable(x: Any) -> Any:
        torch._dynamo.graph_break()
        return x

    for function in (refused, untraceable):
        try:
            function(torch.ones(2))
        except Exception as error:  # noqa: BLE001 - whatever torch raises is the point
            print(type(error).__name__)


@scenario
def aot_inductor() -> None:
    """An exported program compiled ahead of time: ``graph_dump`` entries."""
    import torch

    class Scale(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            return (x * 2).relu()

    program = torch.export.export(Scale(), (torch.randn(4),))
    with tempfile.TemporaryDirectory() as folder:
        torch._inductor.aoti_compile_and_package(program, package_path=f"{folder}/scale.pt2")


@scenario
def transformer() -> None:
    """Some transformer layers, trained for one step."""
    _train_transformer(layers=2, width=32)


@scenario
def transformer_large() -> None:
    """A deeper transformer and a convolution network: the largest trace."""
    import torch
    from torch import nn

    _train_transformer(layers=12, width=64)
    blocks: list[nn.Module] = []
    for _ in range(10):
        blocks += [nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.GELU()]
    model = torch.compile(nn.Sequential(*blocks))
    for size in (8, 12, 16):
        model(torch.randn(2, 8, size, size)).sum().backward()


def _train_transformer(layers: int, width: int) -> None:
    import torch
    from torch import nn

    layer = nn.TransformerEncoderLayer(width, 4, width * 2, dropout=0.1, batch_first=True)
    model = torch.compile(nn.TransformerEncoder(layer, layers, enable_nested_tensor=False))
    for length in (6, 10):
        model(torch.randn(2, length, width)).sum().backward()


@scenario
def ddp() -> None:
    """Two ranks of DistributedDataParallel over gloo: a log for each rank, split graphs."""
    import torch.multiprocessing as multiprocessing

    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(_ddp_rank, args=(2, folder), nprocs=2)


def _ddp_rank(rank: int, ranks: int, folder: str) -> None:
    import torch
    import torch.distributed as distributed
    from torch import nn
    from torch.nn.parallel import DistributedDataParallel

    distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=ranks
    )

    class Network(nn.Module):  # dynamo does not split what is defined in torch.nn itself
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(512, 512) for _ in range(3))

        def forward(self, x: Any) -> Any:
            for layer in self.layers:
                x = layer(x).relu()
            return x

    model = DistributedDataParallel(Network(), bucket_cap_mb=1)
    compiled = torch.compile(model)
    compiled(torch.randn(4, 512)).sum().backward()
    distributed.destroy_process_group()


def run(name: str, out: Path) -> None:
    """Run one scenario in a process of its own; leave its logs in ``out / name``."""
    target = out / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="inductor") as cache:
        environment = dict(
            os.environ,
            TORCH_TRACE=str(target),
            TORCHINDUCTOR_CACHE_DIR=cache,
            TORCHINDUCTOR_FORCE_DISABLE_CACHES="0",
            GLOO_SOCKET_IFNAME="lo",
            OMP_NUM_THREADS="1",
        )
        subprocess.run([sys.executable, __file__, "--child", name], env=environment, check=True)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--child"]:
        SCENARIOS[arguments[1]]()
        return
    if not arguments:
        raise SystemExit(__doc__)
    out = Path(arguments[0]).resolve()
    for name in arguments[1:] or SCENARIOS:
        run(name, out)
        for log in sorted((out / name).iterdir()):
            print(f"{name}: {log.name} {log.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
