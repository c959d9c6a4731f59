// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "regulus/base/tensor.h"
#include "regulus/io/array.h"

namespace regulus::fuzz {

/// Appends a text so that where it ends is known.
inline void append(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}
/// Shape and bits.
inline void append(std::string& out, const Tensor& tensor) {
  append(out, to_string(tensor.shape()));
  if (tensor.size() > 0)
    append(out, {reinterpret_cast<const char*>(tensor.data()), sizeof(float) * tensor.values().size()});
}

/// Element type, shape and values, whatever order and byte order they lie in.
void append(std::string& out, const io::Array& array);

}  // namespace regulus::fuzz
