// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "regulus/base/error.h"
#include "regulus/io/hdf5/source.h"
#include "support/golden.h"

namespace regulus::io::hdf5 {

using Bytes = std::vector<std::uint8_t>;

/// What a golden keeps deflated and in base64.
Bytes unpacked(const std::string& base64);

/// The golden file of that name.
Bytes golden_bytes(const std::string& name);

/// Bytes written one number after another, least significant byte first.
struct Little {
  Bytes bytes;

  Little& put(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    return *this;
  }
  Little& u8(std::uint64_t v) { return put(v, 1); }
  Little& u16(std::uint64_t v) { return put(v, 2); }
  Little& u32(std::uint64_t v) { return put(v, 4); }
  Little& u64(std::uint64_t v) { return put(v, 8); }
  Little& text(std::string_view v) {
    bytes.insert(bytes.end(), v.begin(), v.end());
    return *this;
  }
  Little& pad(std::size_t size) {
    bytes.resize(size);
    return *this;
  }
};

/// A file of these bytes; everything it refers to lives as long as it does.
struct Opened {
  explicit Opened(Bytes b, Limits l = {}) : bytes(std::move(b)), limits(l) {}
  Opened(const Opened&) = delete;

  Bytes bytes;
  std::string where = "m.h5";
  Limits limits;
  Source source{bytes, where, limits};
  ByteReader reader{bytes, where};
};

/// Expects `action` to throw the DataError `m.h5: byte PROBLEM.`.
template <class Action>
void expect_refused(Action action, const std::string& problem) {
  testing::expect_error<DataError>(action, "m.h5: byte " + problem);
}

}  // namespace regulus::io::hdf5
