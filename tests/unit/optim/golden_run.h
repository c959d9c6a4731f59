// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "regulus/optim/optimizer.h"
#include "regulus/plan/weights/update.h"
#include "support/golden.h"

namespace regulus::testing {

/// Two weights and the arrays of an optimizer, updated with given gradients the way a plan does it.
template <class T>
class GivenGradients {
 public:
  GivenGradients(OptimizerPtr optimizer, const std::vector<Tensor>& initial)
      : optimizer_(std::move(optimizer)) {
    for (const Tensor& value : initial) {
      auto parameter = std::make_shared<plan::Parameter>("weight", value.shape());
      parameter->assign(value);
      weights_.bind(parameter);
    }
    const OptimizerOptions& o = optimizer_->options();
    options_.mode = plan::Mode::kTrain;
    options_.update =
        plan::UpdateSpec{optimizer_->rule(), optimizer_->num_slots(), o.clipnorm || o.global_clipnorm};
    pass_.kernels = &kernels::active_table<T>();
    pass_.update.clipnorm = o.clipnorm.value_or(0);
    pass_.update.global_clipnorm = o.global_clipnorm.value_or(0);
    pass_.update.clipvalue = o.clipvalue.value_or(0);
  }

  void step(const std::vector<Tensor>& gradients) {
    if (!updater_) {
      updater_.emplace(options_, weights_, &slots_);
      plan::PhaseList<T> phases(false);
      updater_->add_after(phases);
      after_ = phases.take();
    }
    const auto coefficients = optimizer_->begin_step(++steps_);
    std::transform(coefficients.begin(), coefficients.end(), pass_.update.coefficients.begin(),
                   [](double c) { return static_cast<T>(c); });
    pass_.update.decay =
        static_cast<T>(optimizer_->learning_rate() * optimizer_->options().weight_decay.value_or(0));
    for (std::size_t i = 0; i < gradients.size(); ++i) apply(*weights_.all()[i], gradients[i]);
    for (const plan::Phase<T>& phase : after_)
      for (const auto& part : phase.parts) part.run(pass_, {0, part.items}, nullptr);
  }

  std::vector<Tensor> weights() const {
    std::vector<Tensor> values;
    for (const auto& w : weights_.all()) {
      Tensor value(w->parameter->shape());
      kernels::unpack(w->values, w->inputs, w->units, value.data());
      values.push_back(std::move(value));
    }
    return values;
  }

 private:
  void apply(plan::Weight<T>& w, const Tensor& gradient) {
    Buffer<T> packed(static_cast<std::size_t>(w.parameter->packed_size()));
    kernels::pack(gradient.data(), w.inputs, w.units, packed.data());
    for (std::int64_t p = 0; p < w.num_panels(); ++p) {
      updater_->begin_panel(pass_, w, p);
      updater_->tile(pass_, w, p * w.panel_size(), w.panel_size(), packed.data() + p * w.panel_size());
      updater_->finish_panel(pass_, w, p);
    }
  }

  OptimizerPtr optimizer_;
  plan::PlanOptions options_;
  plan::WeightSet<T> weights_;
  plan::Slots<T> slots_;
  std::optional<plan::Updater<T>> updater_;
  std::vector<plan::Phase<T>> after_;
  plan::Pass<T> pass_;
  std::uint64_t steps_ = 0;
};

/// Every golden of that optimizer: ten steps on given gradients, the weights compared after each.
template <class T>
void expect_follows_keras(const std::string& class_name) {
  int cases = 0;
  for (const auto& json : golden("optimizers.json").at("cases")) {
    if (json.at("class_name") != class_name || !json.contains("gradients")) continue;
    ++cases;
    GivenGradients<T> run(OptimizerPtr::from_config(class_name, value(json.at("config"))),
                          tensors(json.at("initial")));
    for (std::size_t step = 0; step < json.at("gradients").size(); ++step) {
      run.step(tensors(json.at("gradients")[step]));
      const std::vector<Tensor> found = run.weights();
      const std::vector<Tensor> wanted = tensors(json.at("weights_after")[step]);
      // A weight of size 1 is rounded by 6e-8 a step; Keras has its powers of beta in float32 too.
      const double absolute = 2e-7 * static_cast<double>(step + 2);
      for (std::size_t i = 0; i < found.size(); ++i)
        expect_close(found[i], wanted[i], 0, absolute,
                     json.at("name").get<std::string>() + " step " + std::to_string(step + 1));
    }
  }
  EXPECT_GT(cases, 0) << class_name;
}

}  // namespace regulus::testing
