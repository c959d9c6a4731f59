// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <new>

#include "regulus/base/error.h"

namespace regulus {
namespace {

// OpenSSL without the algorithm (a restricted provider): nothing that a caller can have done wrong.
void require(bool done) {
  if (!done)
    throw IoError({.where = "sha256",
                   .what = "the system's OpenSSL cannot compute SHA-256",
                   .fix = "Check its configuration (openssl.cnf)."});
}

}  // namespace

struct Sha256::State {
  struct Free {
    void operator()(EVP_MD_CTX* owned) const noexcept { EVP_MD_CTX_free(owned); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (!state_->context) throw std::bad_alloc();
  require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() = default;

void Sha256::update(const void* data, std::size_t size) {
  require(EVP_DigestUpdate(state_->context.get(), data, size) == 1);
}

std::string Sha256::hex() {
  constexpr char kHex[] = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size) == 1);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kHex[digest[i] >> 4];
    text += kHex[digest[i] & 15];
  }
  return text;
}

std::string sha256_hex(const void* data, std::size_t size) {
  Sha256 hash;
  hash.update(data, size);
  return hash.hex();
}

}  // namespace regulus
