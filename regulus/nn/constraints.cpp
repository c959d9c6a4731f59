// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/constraints.h"

#include <algorithm>
#include <cmath>

#include "regulus/base/check.h"
#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/nn/identifier.h"
#include "regulus/plan/weights/constrain.h"

namespace regulus {
namespace {

using Kind = kernels::ConstraintKind;

constexpr std::string_view kClasses[] = {"MaxNorm", "MinMaxNorm", "UnitNorm", "NonNeg"};

[[noreturn]] void throw_axes(const std::string& where, const std::string& what) {
  throw ConfigError({.where = where, .what = what});
}

std::vector<int> checked(const std::string& where, std::vector<int> axes) {
  if (axes.empty()) throw_axes(where, "axis must name at least one axis");
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (std::find(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(i), axes[i]) !=
        axes.begin() + static_cast<std::ptrdiff_t>(i))
      throw_axes(where, "axis names " + std::to_string(axes[i]) + " twice");
  return axes;
}

std::vector<int> read_axes(ConfigReader& reader) {
  reader.refuse_null("axis", "an integer or a list of integers");  // Keras: the norm of all
  const Value* value = reader.find("axis");
  if (!value) return {0};
  const Value::List axes = value->is_list() ? value->as_list() : Value::List{*value};
  std::vector<int> result;
  for (const Value& axis : axes) {
    if (!axis.is_int() || std::abs(axis.as_int()) > 100)
      reader.refuse("axis", "an integer or a list of integers", axis);
    result.push_back(static_cast<int>(axis.as_int()));
  }
  return checked(reader.where(), std::move(result));
}

Value axis_value(const std::vector<int>& axes) {
  if (axes.size() == 1) return axes[0];
  Value::List list;
  for (const int axis : axes) list.push_back(axis);
  return list;
}

Constraint make(const char* class_name, Kind kind, double min_value, double max_value, double rate,
                std::vector<int> axes) {
  plan::Constraint spec;
  spec.kind = kind;
  spec.min_value = min_value;
  spec.max_value = max_value;
  spec.rate = rate;
  spec.axes = checked(class_name, std::move(axes));
  return Constraint(class_name, std::move(spec));
}

Constraint make_max_norm(double max_value, std::vector<int> axes) {
  require_number(max_value >= 0 && std::isfinite(max_value), "MaxNorm", "max_value must be finite and >= 0",
                 max_value);
  return make("MaxNorm", Kind::kMaxNorm, 0, max_value, 1, std::move(axes));
}

Constraint make_min_max_norm(double min_value, double max_value, double rate, std::vector<int> axes) {
  const std::string where = "MinMaxNorm";
  require_number(min_value >= 0 && std::isfinite(min_value), where, "min_value must be finite and >= 0",
                 min_value);
  require_number(max_value >= min_value && std::isfinite(max_value), where,
                 "max_value must be finite and >= min_value " + number_text(min_value), max_value);
  require_number(rate >= 0 && rate <= 1, where, "rate must be in [0, 1]", rate);
  return make("MinMaxNorm", Kind::kMinMaxNorm, min_value, max_value, rate, std::move(axes));
}

}  // namespace

Constraint::Constraint(std::string class_name, plan::Constraint spec)
    : class_name_(std::move(class_name)), spec_(std::move(spec)) {}

Constraint::Constraint(const std::string& identifier)
    : Constraint(from_config(resolve_identifier("Constraint", identifier, kClasses), Value::Dict{})) {}

Constraint Constraint::from_config(const std::string& class_name, const Value& config) {
  const std::string known = resolve_identifier("Constraint", class_name, kClasses);
  ConfigReader reader(known, config);
  Constraint constraint;
  if (known == "NonNeg") {
    constraint = non_neg();
  } else {
    const std::vector<int> axes = read_axes(reader);
    if (known == "UnitNorm") {
      constraint = make("UnitNorm", Kind::kUnitNorm, 0, 0, 1, axes);
    } else if (known == "MaxNorm") {
      constraint = make_max_norm(reader.number("max_value", 2), axes);
    } else {
      const double min_value = reader.number("min_value", 0);
      const double max_value = reader.number("max_value", 1);
      constraint = make_min_max_norm(min_value, max_value, reader.number("rate", 1), axes);
    }
  }
  reader.finish();
  return constraint;
}

Value Constraint::config() const {
  Value::Dict config;
  switch (spec_.kind) {
    case Kind::kNone:
      return nullptr;
    case Kind::kNonNeg:
      return config;
    case Kind::kMaxNorm:
      config.push_back({"max_value", spec_.max_value});
      break;
    case Kind::kMinMaxNorm:
      config = {{"min_value", spec_.min_value}, {"max_value", spec_.max_value}, {"rate", spec_.rate}};
      break;
    case Kind::kUnitNorm:
      break;
  }
  config.push_back({"axis", axis_value(spec_.axes)});
  return config;
}

plan::Constraint Constraint::spec_for(std::size_t rank) const {
  plan::Constraint spec = spec_;
  if (none() || spec.kind == Kind::kNonNeg) return spec;
  const int count = static_cast<int>(rank);
  for (int& axis : spec.axes) {
    if (axis < -count || axis >= count)
      throw_axes(class_name_, "axis " + std::to_string(axis) + " does not exist in a weight of rank " +
                                  std::to_string(rank));
    if (axis < 0) axis += count;
  }
  spec.axes = checked(class_name_, std::move(spec.axes));
  return spec;
}

Tensor Constraint::operator()(const Tensor& w) const {
  if (none()) return w;
  plan::Parameter weight(class_name_, w.shape(), {}, spec_for(w.shape().rank()));
  weight.assign(w);
  const std::int64_t panel = weight.inputs() * kernels::kPanel;
  if (!plan::constrains_panels(weight)) {
    plan::constrain(weight.packed(), weight);
  } else {
    for (std::int64_t p = 0; p < weight.num_panels(); ++p)
      kernels::active_table<float>().constrain_panel(weight.packed() + p * panel, weight.inputs(),
                                                     plan::constraint_args<float>(weight.constraint()));
  }
  return weight.value();
}

Constraint max_norm(double max_value, NormOptions options) {
  return make_max_norm(max_value, std::move(options.axis));
}

Constraint min_max_norm(MinMaxNormOptions options) {
  return make_min_max_norm(options.min_value, options.max_value, options.rate, std::move(options.axis));
}

Constraint unit_norm(NormOptions options) {
  return make("UnitNorm", Kind::kUnitNorm, 0, 0, 1, std::move(options.axis));
}

Constraint non_neg() {
  return make("NonNeg", Kind::kNonNeg, 0, 0, 1, {0});
}

}  // namespace regulus
