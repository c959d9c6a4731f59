// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "regulus/nn/layer.h"
#include "regulus/saving/keras/config_words.h"
#include "regulus/saving/keras/dtypes.h"

namespace regulus::keras {

/// What the entries of one file share.
struct EntryContext {
  Numbers numbers = Numbers::kRounded;
  Policies policies = {};
  std::vector<std::string> notices = {};
};

/// One entry of a model's "layers" that is no model: a layer, which has a class of regulus's, or the input.
/// Every error is a ConfigError that begins with the layer's number, name and class in the file.
class LayerEntry {
 public:
  LayerEntry(const Value& entry, std::size_t number, EntryContext& context);

  bool is_input() const { return stored_class_ == "InputLayer"; }
  /// The class as the file names it, without the package that it was registered in.
  const std::string& stored_class() const { return stored_class_; }
  const Value& config() const { return config_; }
  std::string name() const;
  /// Dropout(0.5)(x, training=True): it drops in every prediction. False says nothing: Keras writes it by
  /// itself.
  void called(bool training);
  void rename(const std::string& name);
  /// For a layer behind the first: Keras looks at the shape of the first alone.
  void forget_input_shape();
  LayerPtr layer() const;
  /// The layer that the file gives as this one's activation, to stand behind it; absent where the activation
  /// is a name. Requires a call before layer().
  std::optional<LayerEntry> split_activation();

 private:
  LayerEntry(std::string where, const Value& object, EntryContext& context);
  void read_config(const Value& config);
  void require_module(const Value& entry) const;
  void read_own_class(const Value& entry);
  void leave_out_own_members();
  void read_extension(const Value& entry);
  Value* member(const char* key);
  [[noreturn]] void refuse(std::string what, std::string found = "", std::string fix = "") const;

  std::string where_;
  std::string stored_class_;
  std::string registered_;
  std::string class_name_;
  Value config_;
  EntryContext* context_;
};

}  // namespace regulus::keras
