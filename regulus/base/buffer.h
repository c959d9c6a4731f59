// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace regulus {

/// Every buffer that a kernel touches starts on a cache line.
inline constexpr std::size_t kAlignment = 64;

/// A 64-byte-aligned array of trivial values, zeroed, of fixed length. Copies are deep.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t size) : data_(allocate(size)), size_(size) {
    if (size > 0) std::memset(static_cast<void*>(data_.get()), 0, size * sizeof(T));
  }
  Buffer(const Buffer& other) : data_(allocate(other.size_)), size_(other.size_) {
    if (size_ > 0) std::memcpy(data_.get(), other.data_.get(), size_ * sizeof(T));
  }
  Buffer(Buffer&& other) noexcept : data_(std::move(other.data_)), size_(other.size_) { other.size_ = 0; }
  Buffer& operator=(Buffer other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Buffer() = default;

  T* data() noexcept { return data_.get(); }
  const T* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  std::span<T> span() noexcept { return {data_.get(), size_}; }
  std::span<const T> span() const noexcept { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(T* p) const noexcept { ::operator delete[](p, std::align_val_t{kAlignment}); }
  };
  static T* allocate(std::size_t size) {
    if (size == 0) return nullptr;
    return static_cast<T*>(::operator new[](size * sizeof(T), std::align_val_t{kAlignment}));
  }
  std::unique_ptr<T[], Free> data_;
  std::size_t size_ = 0;
};

}  // namespace regulus
