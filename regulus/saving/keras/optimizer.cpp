// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/base/check.h"
#include "regulus/saving/keras/weights.h"

namespace regulus::keras {
namespace {

using io::Array;
using kernels::UpdateRule;

// The slots of a rule in the order of Keras's variables: those in one list alternate weight by weight, list
// follows list. Keras makes Adam's momentum and velocity together, but all of RMSprop's velocities first.
std::vector<std::vector<int>> slot_blocks(UpdateRule rule, int num_slots) {
  if (rule == UpdateRule::kAdamAmsgrad) return {{0, 1}, {2}};
  if (rule == UpdateRule::kRmspropMomentum || rule == UpdateRule::kRmspropCentered) return {{0}, {1}};
  if (rule == UpdateRule::kRmspropCenteredMomentum) return {{0}, {2}, {1}};
  std::vector<int> together;
  for (int slot = 0; slot < num_slots; ++slot) together.push_back(slot);
  return {together};
}

// Calls visit(weight, slot) in the order of Keras's variables.
template <class Visit>
void for_each_slot(const Sequential& model, Visit visit) {
  const Optimizer& optimizer = model.optimizer();
  const std::size_t num_weights = model.trainable_weights().size();
  for (const std::vector<int>& block : slot_blocks(optimizer.rule(), optimizer.num_slots()))
    for (std::size_t weight = 0; weight < num_weights; ++weight)
      for (const int slot : block) visit(weight, static_cast<std::size_t>(slot));
}

// More updates than any training makes, and few enough for every count of them.
constexpr std::int64_t kMaxIterations = std::int64_t{1} << 48;

class VariableReader {
 public:
  VariableReader(const std::vector<const Array*>& variables, Sequential& model, const std::string& where)
      : variables_(variables), model_(model), where_(where) {}

  TrainingState read() {
    TrainingState state;
    const auto num_slots = static_cast<std::size_t>(model_.optimizer().num_slots());
    const auto weights = model_.trainable_weights();
    const std::size_t scalars = model_.optimizer().scalars(0).size();
    const std::size_t wanted = 1 + num_slots * weights.size();
    // Keras 2 keeps no learning rate for some optimizers, and no product of momenta.
    const bool has_rate = variables_.size() > 1 && variables_[1]->shape.rank() == 0;
    const std::size_t found = variables_.size() - (has_rate ? 1 : 0);
    if (variables_.empty() || (found != wanted && found != wanted + scalars))
      refuse("another number of variables", std::to_string(wanted + scalars + 1),
             std::to_string(variables_.size()));

    state.iterations = read_iterations(*variables_[next_++]);
    if (has_rate) read_rate(*variables_[next_++]);
    state.slots.resize(weights.size(), std::vector<Tensor>(num_slots));
    for_each_slot(model_, [&](std::size_t weight, std::size_t slot) {
      const Array& array = *variables_[next_++];
      if (array.shape != weights[weight]->shape())
        refuse("variable " + std::to_string(next_ - 1) + " has another shape",
               to_string(weights[weight]->shape()), to_string(array.shape));
      state.slots[weight][slot] = io::to_tensor(array);
    });
    if (found == wanted + scalars) check_scalars(state.iterations);
    return state;
  }

 private:
  [[noreturn]] void refuse(const std::string& what, std::string expected, std::string found) const {
    throw_data(
        where_, "the state of the optimizer " + std::string(model_.optimizer().class_name()) + ": " + what,
        std::move(expected), std::move(found), "Load the model without its optimizer (compile = false).");
  }

  std::uint64_t read_iterations(const Array& array) const {
    const std::vector<std::int64_t> values = io::to_integers(array, where_ + ": optimizer: iteration");
    if (values.size() != 1 || values[0] < 0 || values[0] > kMaxIterations)
      refuse("its iteration is malformed", "a number from 0 on",
             values.size() == 1 ? std::to_string(values[0]) : "");
    return static_cast<std::uint64_t>(values[0]);
  }

  // What the config says, unless it has changed since.
  void read_rate(const Array& array) {
    const double rate = static_cast<double>(io::to_tensor(array).values()[0]);
    const double known = model_.optimizer().learning_rate();
    if (static_cast<float>(known) == static_cast<float>(rate)) return;
    if (!(rate >= 0) || !std::isfinite(rate))
      refuse("its learning_rate is malformed", "a number >= 0", number_text(rate));
    model_.optimizer().set_learning_rate(rate);
  }

  // They follow from the number of updates; another value is the state of another optimizer.
  void check_scalars(std::uint64_t iterations) {
    constexpr double kRounding = 1e-3;  // of a product of many float32
    for (const double wanted : model_.optimizer().scalars(iterations)) {
      const Array& array = *variables_[next_++];
      const double found =
          array.shape.size() == 1 ? static_cast<double>(io::to_tensor(array).values()[0]) : NAN;
      if (!(std::abs(found - wanted) <= kRounding * wanted + 1e-30))
        refuse("its last variable is not that of " + std::to_string(iterations) + " updates",
               number_text(wanted), number_text(found));
    }
  }

  const std::vector<const Array*>& variables_;
  Sequential& model_;
  const std::string& where_;
  std::size_t next_ = 0;
};

Array scalar(double value) {
  return io::to_array(Tensor(Shape{}, {static_cast<float>(value)}));
}

}  // namespace

std::optional<TrainingState> read_optimizer_variables(const std::vector<const Array*>& variables,
                                                      Sequential& model, const std::string& where) {
  if (variables.empty()) return {};
  // An optimizer that was never built: iteration and learning rate alone.
  if (variables.size() <= 2 &&
      io::to_integers(*variables[0], where + ": optimizer: iteration") == std::vector<std::int64_t>{0})
    return {};
  return VariableReader(variables, model, where).read();
}

std::optional<TrainingState> read_optimizer(const io::Hdf5Group& root, Sequential& model,
                                            const std::string& where) {
  // What scales the loss of float16 keeps the real optimizer inside.
  const io::Hdf5Group* group = root.group("optimizer/inner_optimizer/vars");
  if (group == nullptr) group = root.group("optimizer/vars");
  if (group == nullptr) return {};
  std::vector<const Array*> variables;
  for (std::size_t i = 0; i < group->datasets.size(); ++i) {
    const io::Hdf5Dataset* found = group->dataset(std::to_string(i));  // "10" sorts before "2"
    if (found == nullptr) throw_data(where, "the optimizer's variables are not numbered", std::to_string(i));
    variables.push_back(&found->array);
  }
  return read_optimizer_variables(variables, model, where);
}

std::vector<Array> optimizer_variables(const Sequential& model) {
  const TrainingState state = model.training_state();
  std::vector<Array> variables;
  const auto iterations = static_cast<std::int64_t>(state.iterations);
  variables.push_back(io::to_array(Shape{}, std::span(&iterations, 1)));
  variables.push_back(scalar(model.optimizer().learning_rate()));
  for_each_slot(model, [&](std::size_t weight, std::size_t slot) {
    variables.push_back(io::to_array(state.slots[weight][slot]));
  });
  for (const double value : model.optimizer().scalars(state.iterations)) variables.push_back(scalar(value));
  return variables;
}

}  // namespace regulus::keras
