// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "regulus/nn/activations.h"
#include "regulus/nn/constraints.h"
#include "regulus/nn/initializers.h"
#include "regulus/nn/layer.h"
#include "regulus/nn/regularizers.h"

// What layers with weights share.

namespace regulus {

/// How a weight starts, what it costs, what it must keep to, and how it lies. One that is not trainable only
/// starts: Keras neither penalises nor constrains it.
struct WeightRules {
  const Initializer& initializer;
  const Regularizer& regularizer;
  const Constraint& constraint;
  plan::UnitLayout layout = {};
  bool trainable = true;
};

/// The stream of random numbers of weight number `index` of the layer that is built: each has its own.
std::uint32_t weight_stream(const BuildContext& context, std::size_t index);

/// That weight with its rules; drawn when somebody first asks for it.
plan::ParameterPtr make_weight(const BuildContext& context, std::size_t index, const std::string& name,
                               const Shape& shape, const WeightRules& rules);
/// Those of these names and shapes in their order, each by its own of the rules. Rules may be left over: a
/// layer without bias.
std::vector<plan::ParameterPtr> make_each_weight(const BuildContext& context,
                                                 const std::vector<std::pair<std::string, Shape>>& shapes,
                                                 std::initializer_list<WeightRules> rules);

/// What comes behind a layer's product, rows of that shape: its activation, and the penalty on what comes
/// out.
void lower_activation(plan::Graph& graph, const std::string& layer_name, const Activation& activation,
                      const Shape& row, const Regularizer& activity_regularizer);

/// A constraint meets its weight when the layer is made, so that a wrong axis is found at once. Throws
/// ConfigError `WHERE: KEY: …`.
void require_axes(const Constraint& constraint, std::size_t rank, const std::string& where, const char* key);
/// The note on a norm over axis 0 alone, Keras's default, where the inputs of a filter have `axes` axes. None
/// if it is the filter's norm after all.
std::vector<std::string> notes_on_norm(const plan::Parameter& kernel, std::size_t axes,
                                       const std::string& where, const char* key);
/// Throws ConfigError for an orthogonal penalty on a weight of that rank.
void require_matrix_for(const Regularizer& regularizer, std::size_t rank, const std::string& where,
                        const char* key);

[[noreturn]] void throw_config(std::string where, std::string what, std::string fix = "");

/// For partial(): what an option leaves out.
template <class T>
void fill_in(std::optional<T>& option, const std::optional<T>& fallback) {
  if (!option) option = fallback;
}

}  // namespace regulus
