// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/optimizer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "regulus/base/check.h"
#include "regulus/base/data_error.h"
#include "regulus/base/error.h"

namespace regulus::keras {
namespace {

using io::Array;
using kernels::UpdateRule;
using Arrays = std::vector<const Array*>;
using Blocks = std::vector<std::vector<std::size_t>>;

// The slots of a rule in the order of Keras's variables: those in one list alternate weight by weight, list
// follows list. Keras makes Adam's momentum and velocity together, but all of RMSprop's velocities first.
Blocks slot_blocks(const Optimizer& optimizer, bool is_legacy) {
  // RMSprop with epsilon outside runs by Nadam's rule, of whose slots it uses the second.
  if (optimizer.rule() == UpdateRule::kNadam && optimizer.class_name() == std::string_view("RMSprop"))
    return {{1}};
  switch (optimizer.rule()) {
    case UpdateRule::kAdam:
    case UpdateRule::kNadam:
      if (is_legacy) return {{0}, {1}};
      return {{0, 1}};
    case UpdateRule::kAdamAmsgrad:
      if (is_legacy) return {{0}, {1}, {2}};
      return {{0, 1}, {2}};
    case UpdateRule::kRmspropMomentum:
    case UpdateRule::kRmspropCentered:
      return {{0}, {1}};
    case UpdateRule::kRmspropCenteredMomentum:
      return {{0}, {2}, {1}};
    default:
      break;
  }
  if (optimizer.num_slots() == 0) return {};
  return {{0}};
}

std::size_t num_stored(const Optimizer& optimizer) {
  std::size_t count = 0;
  for (const std::vector<std::size_t>& block : slot_blocks(optimizer, false)) count += block.size();
  return count;
}

// Calls visit(weight, slot) in the order of Keras's variables.
template <class Visit>
void for_each_slot(const Optimizer& optimizer, std::size_t num_weights, bool is_legacy, Visit visit) {
  for (const std::vector<std::size_t>& block : slot_blocks(optimizer, is_legacy))
    for (std::size_t weight = 0; weight < num_weights; ++weight)
      for (const std::size_t slot : block) visit(weight, slot);
}

// More updates than any training makes, and few enough for every count of them.
constexpr std::int64_t kMaxIterations = std::int64_t{1} << 48;

// What a file has, once it is known to fit.
struct Reading {
  TrainingState state;
  std::optional<double> learning_rate = {};
  std::vector<std::string> notices = {};
};

class VariableReader {
 public:
  VariableReader(const Arrays& variables, const OptimizerOrigin& origin, const Sequential& model)
      : variables_(variables), origin_(origin), model_(model), weights_(model.trainable_weights()) {}

  Reading read() {
    const std::size_t wanted = num_stored(optimizer()) * weights_.size();
    // RMSprop of the first releases keeps no count of updates.
    const bool has_iteration = !(origin_.is_legacy && variables_.size() == wanted && !is_scalar(0));
    if (has_iteration) reading_.state.iterations = read_iterations();
    std::size_t end = variables_.size();
    const Array* product = take_scalars(end);
    if (end - next_ != wanted && !has_idle_slots(end - next_ - wanted))
      refuse("another number of variables", std::to_string(next_ + wanted + (variables_.size() - end)),
             std::to_string(variables_.size()));
    read_slots();
    if (product != nullptr)
      check_product(*product);
    else if (!optimizer().scalars(0).empty())
      reading_.notices.push_back(
          "the file has no product of Nadam's momenta: Keras starts it afresh, regulus goes on with that "
          "of " +
          std::to_string(reading_.state.iterations) + " updates");
    return std::move(reading_);
  }

 private:
  [[noreturn]] static void refuse(const std::string& what, std::string expected, std::string found) {
    throw_data("its state", what, std::move(expected), std::move(found));
  }

  const Optimizer& optimizer() const { return model_.optimizer(); }
  std::size_t num_slots() const { return static_cast<std::size_t>(optimizer().num_slots()); }
  bool is_scalar(std::size_t i) const { return i < variables_.size() && variables_[i]->shape.rank() == 0; }

  std::uint64_t read_iterations() {
    if (variables_.empty()) refuse("no iteration", "", "");
    const std::vector<std::int64_t> values = io::to_integers(*variables_[next_++], "its state: iteration");
    if (values.size() != 1 || values[0] < 0 || values[0] > kMaxIterations)
      refuse("its iteration is malformed", "a number from 0 on",
             values.size() == 1 ? std::to_string(values[0]) : "");
    return static_cast<std::uint64_t>(values[0]);
  }

  // The single numbers before and behind the slots: the learning rate, and Nadam's product, which is
  // returned.
  const Array* take_scalars(std::size_t& end) {
    const bool has_product = !optimizer().scalars(0).empty();
    if (has_product && end > next_ && is_scalar(end - 1) && end - 1 > next_) {
      take_rate();
      return variables_[--end];
    }
    // Two numbers are rate and product; one is a rate, unless a schedule or an early release keeps none.
    const bool product_alone =
        !is_scalar(next_ + 1) && (origin_.is_legacy || optimizer().options().decay != 0);
    if (!(has_product && product_alone)) take_rate();
    return has_product && is_scalar(next_) ? variables_[next_++] : nullptr;
  }

  void take_rate() {
    if (!is_scalar(next_)) return;
    // What the config says, unless it has changed since.
    const double rate = static_cast<double>(io::to_tensor(*variables_[next_++]).values()[0]);
    if (static_cast<float>(optimizer().learning_rate()) == static_cast<float>(rate)) return;
    if (!(rate >= 0) || !std::isfinite(rate))
      refuse("its learning_rate is malformed", "a number >= 0", number_text(rate));
    reading_.learning_rate = rate;
  }

  // Keras 2 stores momenta for SGD without momentum, and a third array of Adam's that only amsgrad uses.
  bool has_idle_slots(std::size_t more) const {
    const UpdateRule rule = optimizer().rule();
    if (more != weights_.size()) return false;
    return rule == UpdateRule::kSgd || (rule == UpdateRule::kAdam && origin_.is_legacy);
  }

  void read_slots() {
    std::vector<std::vector<Tensor>>& slots = reading_.state.slots;
    for (const plan::ParameterPtr& weight : weights_)
      slots.emplace_back(num_stored(optimizer()) < num_slots() ? num_slots() : 0, Tensor(weight->shape()));
    for (std::vector<Tensor>& of_weight : slots) of_weight.resize(num_slots());
    for_each_slot(optimizer(), weights_.size(), origin_.is_legacy, [&](std::size_t weight, std::size_t slot) {
      const Array& array = *variables_[next_++];
      if (array.shape != weights_[weight]->shape())
        refuse("variable " + std::to_string(next_ - 1) + " has another shape",
               to_string(weights_[weight]->shape()), to_string(array.shape));
      slots[weight][slot] = io::to_tensor(array);
    });
  }

  // It follows from the number of updates; another value is that of a run which has lost it on the way.
  void check_product(const Array& array) {
    constexpr double kRounding = 1e-3;  // of a product of many float32
    const double wanted = optimizer().scalars(reading_.state.iterations).front();
    const double found =
        array.shape.size() == 1 ? static_cast<double>(io::to_tensor(array).values()[0]) : NAN;
    if (!(std::abs(found - wanted) <= kRounding * wanted + 1e-30))
      reading_.notices.push_back("the product of Nadam's momenta is not that of " +
                                 std::to_string(reading_.state.iterations) + " updates (expected " +
                                 number_text(wanted) + ", found " + number_text(found) +
                                 "); training goes on with the expected one");
  }

  const Arrays& variables_;
  const OptimizerOrigin& origin_;
  const Sequential& model_;
  std::vector<plan::ParameterPtr> weights_;
  std::size_t next_ = 0;
  Reading reading_;
};

// Iteration, learning rate, step_counter and dynamic_scale of the optimizer around.
constexpr std::size_t kScalerVariables = 4;

// Without the variables of a LossScaleOptimizer, which come first.
Arrays inner_variables(const StoredVariables& stored, const OptimizerOrigin& origin) {
  const auto is_number = [](const Array* array) { return array->shape.rank() == 0; };
  const Arrays& all = stored.arrays;
  if (!origin.is_scaled || all.size() <= kScalerVariables ||
      !std::all_of(all.begin(), all.begin() + kScalerVariables, is_number))
    return all;
  return {all.begin() + kScalerVariables, all.end()};
}

// "Adam/dense/kernel/m:0" of early releases, "Adam/m/dense/kernel:0" of later ones.
std::optional<bool> is_legacy_by_name(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 6> kSlots = {"m", "v", "vhat", "momentum", "rms", "mg"};
  const auto any = [&](const auto& fits) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::any_of(kSlots.begin(), kSlots.end(),
                         [&](std::string_view slot) { return fits(name, std::string(slot)); });
    });
  };
  if (any([](const auto& name, const auto& slot) { return name.ends_with("/" + slot + ":0"); })) return true;
  if (any([](const auto& name, const auto& slot) { return name.find("/" + slot + "/") != name.npos; }))
    return false;
  return {};
}

bool never_trained(const Arrays& variables) {
  if (variables.empty()) return true;
  return variables.size() <= 2 && variables[0]->shape.size() == 1 &&
         io::to_integers(*variables[0], "its state: iteration") == std::vector<std::int64_t>{0};
}

std::string said(const ErrorInfo& problem) {
  std::string text = problem.what;
  if (!problem.expected.empty())
    text +=
        " (expected " + problem.expected + (problem.found.empty() ? "" : ", found " + problem.found) + ")";
  return text;
}

// "adam_7" and "Adam" are Adam. AdamW remembers what Adam does.
std::string kind_of(const std::string& name) {
  std::string kind;
  for (const char c : name.substr(0, name.find_last_not_of("_0123456789") + 1))
    if (c != '_') kind += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return kind == "adamw" ? "adam" : kind;
}

// A name that is no class's says nothing: names are anybody's choice.
bool is_known_kind(const std::string& kind) {
  constexpr std::array<std::string_view, 9> kKinds = {"adam",   "nadam",    "rmsprop", "sgd", "adagrad",
                                                      "adamax", "adadelta", "lion",    "ftrl"};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

Array scalar(double value) {
  return io::to_array(Tensor(Shape{}, {static_cast<float>(value)}));
}

}  // namespace

StoredVariables optimizer_variables_in(const io::Hdf5Group& root, const std::string& where) {
  StoredVariables out{.is_tree = true};
  const io::Hdf5Group* group = root.group("optimizer/vars");
  if (group == nullptr) return out;
  out.arrays.resize(group->datasets.size(), nullptr);
  for (const io::Hdf5Dataset& dataset : group->datasets) {  // "10" sorts before "2"
    const std::string& name = dataset.name;
    std::size_t number = out.arrays.size();
    const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
    if (read.ptr == name.data() + name.size() && number < out.arrays.size())
      out.arrays[number] = &dataset.array;
  }
  const auto missing = std::find(out.arrays.begin(), out.arrays.end(), nullptr);
  if (missing != out.arrays.end())
    throw_data(where, "the optimizer's variables are not numbered",
               std::to_string(missing - out.arrays.begin()));
  return out;
}

std::vector<std::string> restore_optimizer(Sequential& model, const StoredVariables& stored,
                                           const OptimizerOrigin& file_origin) {
  const std::string class_name = model.optimizer().class_name();
  std::vector<std::string> notices;
  if (!file_origin.class_name.empty() && kind_of(file_origin.class_name) != kind_of(class_name))
    return notices;
  if (file_origin.is_scaled)
    notices.push_back("LossScaleOptimizer is read as the " + class_name +
                      " inside it: numbers are float32 here, whose gradients need no scaling");
  if (file_origin.is_legacy && stored.is_tree && stored.arrays.empty())
    notices.push_back("the file holds no state of the optimizer " + class_name +
                      ", as Keras writes none for one of before 2.11: it starts afresh");
  try {
    const Arrays variables = inner_variables(stored, file_origin);
    if (never_trained(variables)) return notices;
    OptimizerOrigin origin = file_origin;
    origin.is_legacy = is_legacy_by_name(stored.names).value_or(origin.is_legacy);
    Reading reading = VariableReader(variables, origin, model).read();
    const TrainingState now = model.training_state();
    reading.state.epochs_shuffled = now.epochs_shuffled;
    reading.state.calls = now.calls;
    model.set_training_state(reading.state);
    if (reading.learning_rate) model.optimizer().set_learning_rate(*reading.learning_rate);
    notices.insert(notices.end(), reading.notices.begin(), reading.notices.end());
  } catch (const Error& error) {
    notices.push_back("the state of the optimizer " + class_name + " is not restored: " + said(error.info()));
  }
  return notices;
}

OptimizerOrigin optimizer_origin_in(const io::Hdf5Group& root) {
  OptimizerOrigin origin;
  const io::Hdf5Group* scaled = root.group("optimizer/inner_optimizer/vars");
  const io::Hdf5Group* group = scaled != nullptr ? scaled : root.group("optimizer/vars");
  origin.is_scaled = scaled != nullptr;
  const std::string* name = group != nullptr ? group->text("name") : nullptr;
  if (name != nullptr) origin.class_name = *name;
  return origin;
}

std::vector<std::string> restore_same_optimizer(Sequential& model, const StoredVariables& variables,
                                                const OptimizerOrigin& origin) {
  if (variables.arrays.empty()) return {};
  const std::string unused = "the optimizer's state in the file is not used: ";
  if (!model.compiled()) return {unused + "the model is not compiled"};
  const std::string class_name = model.optimizer().class_name();
  const std::string kind = kind_of(origin.class_name);
  if (is_known_kind(kind) && kind != kind_of(class_name))
    return {unused + "it is of " + origin.class_name + ", the model is compiled with " + class_name};
  OptimizerOrigin unnamed = origin;
  unnamed.class_name.clear();
  return restore_optimizer(model, variables, unnamed);
}

std::vector<Array> optimizer_variables(const Sequential& model) {
  const TrainingState state = model.training_state();
  const Optimizer& optimizer = model.optimizer();
  std::vector<Array> variables;
  const auto iterations = static_cast<std::int64_t>(state.iterations);
  variables.push_back(io::to_array(Shape{}, std::span(&iterations, 1)));
  if (optimizer.options().decay == 0) variables.push_back(scalar(optimizer.learning_rate()));
  for_each_slot(optimizer, state.slots.size(), false, [&](std::size_t weight, std::size_t slot) {
    variables.push_back(io::to_array(state.slots[weight][slot]));
  });
  for (const double value : optimizer.scalars(state.iterations)) variables.push_back(scalar(value));
  return variables;
}

}  // namespace regulus::keras
