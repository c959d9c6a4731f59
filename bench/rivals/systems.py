# SPDX-License-Identifier: Apache-2.0
"""Who takes part, how each is started, and which jobs each is asked for."""

from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build"
VENV = BUILD / "rivals-venv"
LIBTORCH_BUILD = BUILD / "rivals-libtorch"
PYTHON = VENV / "bin" / "python"

JOBS = ("J1", "J2", "J3", "J4", "J5", "J6", "J7", "J8")
# Set for everybody; {threads} is filled in. An OPENBLAS_… that chooses kernels by hand would slow NumPy.
VARIABLES = {
    "OMP_NUM_THREADS": "{threads}",
    "MKL_NUM_THREADS": "{threads}",
    "OPENBLAS_NUM_THREADS": "{threads}",
    "TF_NUM_INTRAOP_THREADS": "{threads}",
    "TF_NUM_INTEROP_THREADS": "{threads}",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "REGULUS_NUM_THREADS": "{threads}",
}
REMOVED_VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "XLA_FLAGS", "REGULUS_ISA", "KERAS_HOME")


@dataclass(frozen=True)
class System:
    name: str
    title: str
    command: tuple  # answers --jobs … --data … --threads …, see common.py
    jobs: tuple = JOBS
    notebook: tuple = ()  # what does J5 instead of `command --jobs J5`
    variables: dict = field(default_factory=dict)
    threads: int = 0  # 0: as many as the run has
    needs: tuple = ()  # packages of requirements.txt


def script(name, *arguments):
    return (str(PYTHON), str(HERE / name), *arguments)


# glibc gives large blocks back to the system and clears them anew each time; PyTorch's tuning guide
# advises another allocator, and this has the same effect without a further package.
KEEP_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
REGULUS_JOBS = (str(BUILD / "release" / "regulus_bench_jobs"),)

SYSTEMS = (
    System("regulus", "regulus", REGULUS_JOBS),
    System("regulus-notebook", "regulus notebook", (), jobs=("J5", "J6"),
           notebook=(str(BUILD / "release" / "regulus"), "notebook", "--quiet")),
    System("regulus-1", "regulus, one thread", REGULUS_JOBS,
           jobs=("J1", "J2", "J3", "J4", "J7", "J8"), threads=1),
    System("jax", "JAX by hand", script("jax_net.py"), needs=("jax", "numpy")),
    System("torch", "PyTorch eager", script("torch_net.py"), variables=KEEP_MEMORY, needs=("torch", "numpy")),
    System("torch-compile", "PyTorch compiled", script("torch_net.py", "--compile"),
           jobs=("J1", "J2", "J3", "J4"), needs=("torch", "numpy"),
           variables={**KEEP_MEMORY, "TORCHINDUCTOR_CACHE_DIR": str(BUILD / "rivals" / "inductor")}),
    System("libtorch", "libtorch (C++)", (str(LIBTORCH_BUILD / "libtorch_jobs"),),
           jobs=("J1", "J2", "J3", "J4"), variables=KEEP_MEMORY, needs=("torch",)),
    System("keras-jax", "Keras, JAX", script("keras_net.py"), variables={"KERAS_BACKEND": "jax"},
           needs=("keras", "jax", "numpy")),
    System("keras-tensorflow", "Keras, TensorFlow", script("keras_net.py"),
           variables={"KERAS_BACKEND": "tensorflow"}, needs=("keras", "tensorflow-cpu", "numpy")),
    System("sklearn", "scikit-learn MLP", script("sklearn_net.py"), jobs=("J1", "J3"),
           needs=("scikit-learn", "numpy")),
    System("onnxruntime", "ONNX Runtime", script("onnx_net.py"), jobs=("J3", "J4"),
           needs=("onnxruntime", "onnx", "numpy")),
)
NAMES = tuple(system.name for system in SYSTEMS)
