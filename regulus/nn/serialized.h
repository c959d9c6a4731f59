// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <type_traits>

#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/shape.h"
#include "regulus/base/value.h"
#include "regulus/nn/activations.h"
#include "regulus/nn/initializers.h"

namespace regulus {

/// An object inside a config, as Keras stores it: {"module", "class_name", "config", "registered_name"}.
Value serialized(const char* module, const std::string& class_name, Value config);
template <class T>
Value stored(const char* module, const T& object) {
  return serialized(module, object.class_name(), object.config());
}

/// [null, 28, 28] of rows (28, 28), as Keras stores them with their batch axis; an open length is null too.
Value batch_shape_value(const Shape& row);

/// Class name and config of such an object; a plain string is a class name or identifier.
struct Serialized {
  std::string name;
  const Value* config;  ///< null for a plain string
};
/// Throws ConfigError if the member is neither.
Serialized read_serialized(ConfigReader& reader, const char* key, const Value& value);

/// The error of an object inside a layer as the layer's: `Dense "dense_1": kernel_regularizer "l3" is not …`
[[noreturn]] void throw_as_member(const std::string& where, const char* key, const Error& error);

/// A member that is an initializer, regularizer or constraint. An initializer of null is not the default but
/// Keras's choice for floats, glorot_uniform.
template <class T>
T read_object(ConfigReader& reader, const char* key, T fallback) {
  const Value* value = reader.find(key);
  if constexpr (std::is_same_v<T, Initializer>)
    if (reader.is_null(key)) return T("glorot_uniform");
  if (!value) return fallback;
  const Serialized object = read_serialized(reader, key, *value);
  try {
    return object.config ? T::from_config(object.name, *object.config) : T(object.name);
  } catch (const Error& error) {
    throw_as_member(reader.where(), key, error);
  }
}

/// The member "activation": a name, a function of Keras as an object, or a layer as one (Activation's own
/// constructor says which); linear if there is none or null.
Activation read_activation(ConfigReader& reader);

/// A reader of a layer's config that has taken out what every layer has: name, trainable, dtype and
/// the ways in which Keras has written the shape of the first layer's rows. "trainable": false is the
/// registry's to obey (layer_from_config).
class LayerConfig : public ConfigReader {
 public:
  LayerConfig(const char* class_name, const Value& config);
  bool trainable() const { return trainable_; }
  const std::string& name() const { return name_; }
  const Shape& input_shape() const { return input_shape_; }

 private:
  std::string name_;
  bool trainable_;
  Shape input_shape_;
};

}  // namespace regulus
