// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/chain.h"

#include <string>

#include "regulus/base/json.h"
#include "regulus/saving/keras/members.h"

namespace regulus::keras {
namespace {

constexpr const char* kChainFix = "regulus reads models that are one chain of layers.";

// How an entry of a Functional model is called: on one tensor, which comes from the layer of that name.
struct Call {
  std::string input;
  std::optional<bool> training;
};

class Inbound {
 public:
  static Call read(const Value& entry, const std::string& where) {
    Inbound inbound;
    const Value* nodes = find_member(entry, "inbound_nodes");
    if (nodes != nullptr) inbound.visit(*nodes);
    if (inbound.names_.size() != 1)
      throw_member(where, "it has more than one input or is used more than once",
                   std::to_string(inbound.names_.size()) + " inputs", kChainFix);
    if (!inbound.argument_.empty())
      throw_member(where, "it is called with an argument that is not known", inbound.argument_, kChainFix);
    return {inbound.names_.front(), inbound.training_};
  }

 private:
  // Keras 3 hides {"keras_history": [layer, node, tensor]} in the arguments, Keras 2 writes
  // [[[layer, node, tensor, {}]]]. The JSON's depth is limited.
  void visit(const Value& value) {
    if (value.is_dict()) {
      for (const auto& [key, member] : value.as_dict()) {
        if (key == "keras_history")
          add(member);
        else
          visit(member);
        if (key == "kwargs") note_arguments(member);
      }
    } else if (value.is_list()) {
      const Value::List& list = value.as_list();
      const bool history =
          list.size() >= 3 && list.size() <= 4 && list[0].is_string() && list[1].is_int() && list[2].is_int();
      if (history) {
        add(value);
        if (list.size() == 4) note_arguments(list[3]);
        return;
      }
      for (const Value& member : list) visit(member);
    }
  }
  void note_arguments(const Value& arguments) {
    if (!arguments.is_dict()) return;
    for (const auto& [key, value] : arguments.as_dict()) {
      if (value.is_null() || value.is_dict()) continue;  // a dict is a tensor
      if (key == "training" && value.is_bool())
        training_ = value.as_bool();
      else if (value != Value(false))
        argument_ = key;
    }
  }
  void add(const Value& history) {
    const bool sound = history.is_list() && !history.as_list().empty() && history.as_list()[0].is_string();
    names_.push_back(sound ? history.as_list()[0].as_string() : "");
  }
  std::vector<std::string> names_;
  std::string argument_;
  std::optional<bool> training_;
};

// The layer's name in the graph: Keras 3 and 2 write it beside the config.
std::string name_of(const Value& entry) {
  const std::string name = text_or_empty(entry, "name");
  const Value* config = find_member(entry, "config");
  return !name.empty() || config == nullptr ? name : text_or_empty(*config, "name");
}

// ["dense", 0, 0], or a list of it alone.
void require_output(const Value& config, const std::string& name) {
  const Value* output = find_member(config, "output_layers");
  while (output != nullptr && output->is_list() && output->as_list().size() == 1)
    output = &output->as_list().front();
  const bool sound = output != nullptr && output->is_list() && !output->as_list().empty();
  if (!sound || output->as_list().front() != Value(name))
    throw_member("model", "its output is not that of its last layer alone",
                 output != nullptr ? to_json(*output) : "", kChainFix);
}

}  // namespace

std::vector<std::optional<bool>> read_chain(const Value& config, const Value::List& layers) {
  std::vector<std::optional<bool>> training(layers.size());
  for (std::size_t i = 1; i < layers.size(); ++i) {
    const std::string where = layer_where(layers[i], i - 1);  // the first is the input
    const Call call = Inbound::read(layers[i], where);
    if (call.input != name_of(layers[i - 1]))
      throw_member(where, "it does not follow the layer before it", "input from \"" + call.input + "\"",
                   kChainFix);
    training[i] = call.training;
  }
  if (!layers.empty()) require_output(config, name_of(layers.back()));
  return training;
}

}  // namespace regulus::keras
