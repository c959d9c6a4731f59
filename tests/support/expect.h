// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "regulus/base/error.h"
#include "regulus/base/tensor.h"

namespace regulus::testing {

/// "[1, 0, 3]": where entry `offset` of a row-major array lies.
std::string index_text(const Shape& shape, std::int64_t offset);

/// Fails once, naming the worst entry, unless |found - wanted| <= absolute + relative * |wanted|
/// everywhere. A NaN equals a NaN, an infinity only itself.
void expect_close(const Tensor& found, const Tensor& wanted, double relative, double absolute,
                  const std::string& what);

/// Runs `call` and expects an E with exactly this text.
template <class E, class Call>
void expect_error(Call&& call, const std::string& text) {
  try {
    call();
  } catch (const E& error) {
    EXPECT_EQ(error.what(), text);
    return;
  } catch (const Error& error) {
    ADD_FAILURE() << "another kind of error (" << error.kind() << "): " << error.what();
    return;
  }
  ADD_FAILURE() << "no error; wanted: " << text;
}

}  // namespace regulus::testing
