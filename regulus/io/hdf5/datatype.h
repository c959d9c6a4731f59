// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "regulus/base/byte_reader.h"
#include "regulus/io/array.h"

namespace regulus::io::hdf5 {

/// What an element is (specification IV.A.2.d), as far as it is read.
struct Datatype {
  enum class Kind : std::uint8_t {
    kNumber,
    kOpaquePair,  ///< two bytes of no stated meaning: Keras's bfloat16
    kFixedText,
    kVariableText,
  };
  enum class Padding : std::uint8_t { kNullTerminated, kNulls, kSpaces };

  Kind kind = Kind::kNumber;
  DType dtype = DType::kFloat32;  ///< of a number, and bfloat16 of a pair
  bool big_endian = false;
  Padding padding = Padding::kNullTerminated;  ///< of a text
  std::uint64_t bytes = 0;                     ///< of an element where it lies
};

/// Fails, by name, for every other type.
Datatype read_datatype(ByteReader& reader);

/// A string of fixed length without its padding.
std::string_view without_padding(std::string_view text, Datatype::Padding padding);

}  // namespace regulus::io::hdf5
