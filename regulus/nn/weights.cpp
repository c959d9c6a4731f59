// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/weights.h"

#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/activity_penalty.h"

namespace regulus {

std::uint32_t weight_stream(const BuildContext& context, std::size_t index) {
  // Weights of one layer have neighbouring streams, those of two layers different ones.
  constexpr std::uint32_t kStreamsOfALayer = 16;
  return context.position * kStreamsOfALayer + static_cast<std::uint32_t>(index);
}

plan::ParameterPtr make_weight(const BuildContext& context, std::size_t index, const std::string& name,
                               const Shape& shape, const WeightRules& rules) {
  auto weight = rules.trainable && context.trainable
                    ? std::make_shared<plan::Parameter>(name, shape, rules.regularizer.penalty(),
                                                        rules.constraint.spec_for(shape.rank()),
                                                        /*trainable=*/true, rules.layout)
                    : std::make_shared<plan::Parameter>(name, shape, plan::Penalty{}, plan::Constraint{},
                                                        /*trainable=*/false, rules.layout);
  rules.initializer.require_fits(shape);
  weight->start_with([initializer = rules.initializer, shape, key = context.key,
                      stream = weight_stream(context, index)] { return initializer(shape, key, stream); });
  return weight;
}

std::vector<plan::ParameterPtr> make_each_weight(const BuildContext& context,
                                                 const std::vector<std::pair<std::string, Shape>>& shapes,
                                                 std::initializer_list<WeightRules> rules) {
  std::vector<plan::ParameterPtr> weights;
  auto rule = rules.begin();
  for (const auto& [name, shape] : shapes)
    weights.push_back(make_weight(context, weights.size(), name, shape, *rule++));
  return weights;
}

void lower_activation(plan::Graph& graph, const std::string& layer_name, const Activation& activation,
                      const Shape& row, const Regularizer& activity_regularizer) {
  activation.lower(graph, layer_name, row);
  const plan::Penalty& penalty = activity_regularizer.penalty();
  if (penalty.any()) graph.add<plan::ActivityPenaltyStep>(plan::ActivityPenaltySpec{layer_name, penalty});
}

void require_axes(const Constraint& constraint, std::size_t rank, const std::string& where, const char* key) {
  try {
    constraint.spec_for(rank);
  } catch (const Error& error) {
    throw_as_member(where, key, error);
  }
}

std::vector<std::string> notes_on_norm(const plan::Parameter& kernel, std::size_t axes,
                                       const std::string& where, const char* key) {
  const plan::Constraint& constraint = kernel.constraint();
  const bool norm = constraint.any() && constraint.kind != kernels::ConstraintKind::kNonNeg;
  const std::int64_t numbers = kernel.shape()[0];
  if (!norm || constraint.axes != std::vector<int>{0} || numbers == kernel.inputs()) return {};
  std::string all = "0";
  for (std::size_t axis = 1; axis < axes; ++axis) all += ", " + std::to_string(axis);
  return {where + ": " + key + ": axis 0, the default, means " + std::to_string(kernel.inputs() / numbers) +
          " norms a filter, each of " + std::to_string(numbers) + (numbers == 1 ? " number" : " numbers") +
          ". For one norm a filter say .axis = {" + all + "}."};
}

void require_matrix_for(const Regularizer& regularizer, std::size_t rank, const std::string& where,
                        const char* key) {
  if (regularizer.penalty().orthogonal == 0 || rank == 2) return;
  throw_config(where, std::string(key) + ": an orthogonal penalty needs a matrix, this weight has rank " +
                          std::to_string(rank));
}

void throw_config(std::string where, std::string what, std::string fix) {
  throw ConfigError({.where = std::move(where), .what = std::move(what), .fix = std::move(fix)});
}

}  // namespace regulus
