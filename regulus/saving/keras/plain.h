// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/base/value.h"

namespace regulus::keras {

/// A config without the wrappers that Keras's releases put around Python's objects in JSON: tuples
/// ({"class_name": "__tuple__", "items": […]}), shapes ("TensorShape"), arrays ("__numpy__", "__tensor__",
/// and Keras 2.0's {"type": "ndarray", "value": …}) become what is in them.
Value plain(const Value& value);

}  // namespace regulus::keras
