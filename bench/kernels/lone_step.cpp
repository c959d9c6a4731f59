// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/lone_step.h"

#include <algorithm>
#include <stdexcept>

namespace regulus::bench {
namespace {

/// Stands where the step before would: it gives the input, and its gradient needs no more work.
class Before final : public plan::Step<float> {
 public:
  plan::Value lay_out(plan::Compiler<float>&, const plan::Value& input, const Step*) override {
    return input;
  }
  void add_forward(plan::PhaseList<float>&) const override {}
};

}  // namespace

void Rows::assign(std::span<const float> dense) {
  for (std::int64_t r = 0; r < count; ++r) std::copy_n(dense.data() + r * width, width, data + r * stride);
}

std::vector<float> Rows::dense() const {
  std::vector<float> all;
  all.reserve(static_cast<std::size_t>(count * width));
  for (std::int64_t r = 0; r < count; ++r)
    all.insert(all.end(), data + r * stride, data + r * stride + width);
  return all;
}

LoneStep::LoneStep(const LayerPtr& layer, const Shape& row_shape, std::int64_t rows, plan::Mode mode)
    : name_(layer->class_name()), before_(std::make_unique<Before>()) {
  const plan::PlanOptions options{.mode = mode, .max_rows = rows, .loss = {}, .update = {}};
  plan::Compiler<float> compiler(options, weights_);
  plan::Graph graph(row_shape);
  layer->set_name(name_);
  layer->build({row_shape, random::Key(1), 0});
  layer->lower(graph, row_shape, 0);
  if (graph.ops().size() != 1) throw std::logic_error(name_ + " is not one step");
  step_ = graph.ops().front()->make(compiler);
  updater_ = std::make_unique<plan::Updater<float>>(options, weights_, nullptr);
  compiler.set_updater(updater_.get());
  in_ = compiler.new_value(row_shape.size(), true);
  out_ = step_->lay_out(compiler, in_, before_.get());

  plan::PhaseList<float> phases(/*keep_apart=*/false);
  step_->add_preparation(phases);
  step_->add_prologue(phases);
  step_->add_forward(phases);
  if (compiler.training()) {
    step_->add_backward(phases);
    step_->add_learning(phases);
  }
  phases_ = phases.take();
  arena_ = Buffer<std::byte>(static_cast<std::size_t>(compiler.layout().bytes(rows)));
  scratch_ = Buffer<std::byte>(static_cast<std::size_t>(compiler.scratch_bytes()));
  pass_.kernels = &kernels::active_table<float>();
  pass_.arena = arena_.data();
  pass_.room = rows;
  pass_.batch.rows = rows;
}

Rows LoneStep::rows(const plan::Value& value, plan::Offset at) const {
  return {pass_.at(at), pass_.rows(), value.width, value.stride};
}

std::vector<float> LoneStep::weight_gradient(std::size_t i) const {
  const plan::Weight<float>& w = *weights_.all()[i];
  std::vector<float> gradient(static_cast<std::size_t>(w.inputs * w.units));
  kernels::unpack(w.gradient.data(), w.inputs, w.units, gradient.data());
  return gradient;
}

bool LoneStep::has_part(const std::string& name) const {
  for (const plan::Phase<float>& phase : phases_)
    for (const plan::Part<float>& part : phase.parts)
      if (part.name == name_ + " " + name) return true;
  return false;
}

std::function<void()> LoneStep::parts(const std::vector<std::string>& names) {
  std::vector<const plan::Part<float>*> found;
  for (const std::string& name : names) {
    const std::size_t before = found.size();
    for (const plan::Phase<float>& phase : phases_)
      for (const plan::Part<float>& part : phase.parts)
        if (part.name == name_ + " " + name) found.push_back(&part);
    if (found.size() != before + 1) throw std::logic_error(name_ + " has no part " + name);
  }
  return [this, found] {
    for (const plan::Part<float>* part : found) {
      const std::int64_t all = part->domain == plan::Domain::kRows ? pass_.rows() : part->items;
      part->run(pass_, {0, all}, scratch_.data());
    }
  };
}

}  // namespace regulus::bench
