// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include <cstdlib>
#include <stdexcept>

#include "bench/kernels/rivals.h"

// OpenBLAS and BLIS define the same names: each is loaded by itself and sees its own first.

namespace regulus::bench {
namespace {

using Sgemm = void (*)(int order, int a_transposed, int b_transposed, int m, int n, int k, float alpha,
                       const float* a, int a_stride, const float* b, int b_stride, float beta, float* c,
                       int c_stride);
constexpr int kRowMajor = 101;
constexpr int kPlain = 111;
constexpr int kTransposed = 112;

class Library {
 public:
  explicit Library(const char* soname) : handle_(dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND)) {}
  explicit operator bool() const { return handle_ != nullptr; }

  template <class Function>
  Function* find(const char* name) const {
    void* symbol = dlsym(handle_, name);
    if (symbol == nullptr) throw std::runtime_error(std::string("no ") + name + " in a BLAS library");
    return reinterpret_cast<Function*>(symbol);
  }

 private:
  void* handle_;  // open until the program ends
};

Rival blas(std::string name, std::string build, Sgemm sgemm) {
  const auto prepare = [sgemm](const Product& p) -> std::function<void()> {
    return [sgemm, p] {
      const auto m = static_cast<int>(p.m);
      const auto n = static_cast<int>(p.n);
      const auto k = static_cast<int>(p.k);
      sgemm(kRowMajor, p.a_transposed ? kTransposed : kPlain, p.b_transposed ? kTransposed : kPlain, m, n, k,
            1.0F, p.a, p.a_transposed ? m : k, p.b, p.b_transposed ? k : n, 0.0F, p.c, n);
    };
  };
  return {std::move(name), std::move(build), prepare, false};
}

/// BLIS 0.9 wants an architecture's number, which differs between versions.
std::string number_of(const std::string& arch, const char* (*name_of)(int)) {
  constexpr int kMost = 32;
  for (int id = 0; id < kMost; ++id)
    if (arch == name_of(id)) return std::to_string(id);
  throw std::runtime_error("BLIS knows no " + arch);
}

}  // namespace

std::vector<Rival> blas_rivals(bool avx2_only) {
  // OpenBLAS chooses its kernels while it is loaded, BLIS at its first call. What is set for other programs
  // may slow OpenBLAS.
  unsetenv("OPENBLAS_L2_SIZE");
  unsetenv("OPENBLAS_CORETYPE");
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  setenv("BLIS_NUM_THREADS", "1", 1);
  if (avx2_only) {
    setenv("OPENBLAS_CORETYPE", "Haswell", 1);
  }
  std::vector<Rival> found;
  if (const Library openblas("libopenblas.so.0"); openblas) {
    openblas.find<void(int)>("openblas_set_num_threads")(1);
    const std::string config = openblas.find<const char*()>("openblas_get_config")();
    const std::string core = openblas.find<const char*()>("openblas_get_corename")();
    found.push_back(blas("openblas", config + ", core " + core,
                         openblas.find<std::remove_pointer_t<Sgemm>>("cblas_sgemm")));
  }
  if (const Library blis("libblis.so.4"); blis) {
    auto* const name_of = blis.find<const char*(int)>("bli_arch_string");
    if (avx2_only) setenv("BLIS_ARCH_TYPE", number_of("haswell", name_of).c_str(), 1);
    const std::string version = blis.find<const char*()>("bli_info_get_version_str")();
    blis.find<void()>("bli_init")();
    const int id = blis.find<int()>("bli_arch_query_id")();
    found.push_back(blas("blis", version + ", arch " + name_of(id),
                         blis.find<std::remove_pointer_t<Sgemm>>("cblas_sgemm")));
  }
  return found;
}

}  // namespace regulus::bench
