// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/dense.h"

#include <algorithm>

#include "regulus/plan/pass/pieces.h"
#include "regulus/plan/weights/gradient_tiles.h"
#include "regulus/plan/weights/update.h"

namespace regulus::plan {

using kernels::kPanel;

namespace {

constexpr std::int64_t kTile = kTileInputs * kPanel;

}  // namespace

template <class T>
DenseStep<T>::DenseStep(const DenseSpec& spec, Compiler<T>& compiler)
    : name_(spec.name), kernel_(compiler.bind(spec.kernel)), bias_(compiler.bind(spec.bias)) {
  const auto& mask = spec.kernel_mask;
  if (mask && (compiler.draws() || mask->always_on)) kernel_mask_.emplace(*mask);
}

template <class T>
Value DenseStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  updater_ = compiler.updater();
  out_ = compiler.new_value(kernel_->units, true);
  if (kernel_mask_) kernel_mask_->lay_out(compiler, *kernel_);
  absorbed_.lay_out(compiler, out_);
  if (compiler.training()) {
    compiler.need_scratch(kernels::input_gradient_scratch(kernel_->units) *
                          static_cast<std::int64_t>(sizeof(T)));
    compiler.need_scratch(product_of(
        sum_of(kTilesAtOnce * kTile, gathered_size(compiler.max_rows(), kernel_->num_panels())), sizeof(T)));
  }
  return out_;
}

template <class T>
void DenseStep<T>::add_prologue(PhaseList<T>& phases) const {
  if (kernel_mask_) kernel_mask_->add_draw(phases);
  absorbed_.add_prologue(phases);
}

template <class T>
void DenseStep<T>::add_forward(PhaseList<T>& phases) const {
  if (narrow()) {
    phases.rows(
        name_ + " forward",
        [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
          forward(pass, rows, {0, 1});
        },
        flops_per_row());
    return;
  }
  phases.items(
      name_ + " forward", kernel_->num_panels() * kPieces,
      [this](const Pass<T>& pass, runtime::Range pieces, std::byte*) {
        for_each_piece(pieces, [&](runtime::Range panels, runtime::Range quarters) {
          forward(pass, share(pass.rows(), quarters), panels);
        });
      },
      flops_per_row());
}

template <class T>
void DenseStep<T>::forward(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const {
  if (rows.size() == 0) return;
  pass.kernels->matmul(pass.at(in_.data) + rows.begin * in_.stride, in_.stride, kernel_of(pass),
                       bias_ ? bias_->values : nullptr,
                       pass.at(absorbed_.product()) + rows.begin * out_.stride, out_.stride, rows.size(),
                       kernel_->inputs, panels.begin, panels.end);
  absorbed_.forward(pass, rows, panels);
}

template <class T>
void DenseStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere) return;
  const std::int64_t input_panels = kernels::panels(kernel_->inputs);
  if (narrow()) {
    phases.rows(
        name_ + " input gradient",
        [this, input_panels](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
          input_gradient(pass, rows, {0, input_panels}, scratch);
        },
        flops_per_row());
    return;
  }
  phases.items(
      name_ + " input gradient", input_panels * kPieces,
      [this](const Pass<T>& pass, runtime::Range pieces, std::byte* scratch) {
        for_each_piece(pieces, [&](runtime::Range panels, runtime::Range quarters) {
          input_gradient(pass, share(pass.rows(), quarters), panels, scratch);
        });
      },
      flops_per_row());
}

template <class T>
void DenseStep<T>::input_gradient(const Pass<T>& pass, runtime::Range rows, runtime::Range panels,
                                  std::byte* scratch) const {
  if (rows.size() == 0) return;
  const kernels::InputGradientArgs<T> args{pass.at(out_.gradient) + rows.begin * out_.stride,
                                           out_.stride,
                                           kernel_of(pass),
                                           pass.at(in_.gradient) + rows.begin * in_.stride,
                                           in_.stride,
                                           rows.size(),
                                           kernel_->inputs,
                                           kernel_->units,
                                           panels.begin,
                                           panels.end};
  pass.kernels->input_gradient(args, reinterpret_cast<T*>(scratch));
  previous_->backward_block(pass, rows, panels);
}

template <class T>
void DenseStep<T>::add_learning(PhaseList<T>& phases) const {
  const std::string name = name_ + " gradient, update";
  if (updater_->needs_whole_panels(*kernel_)) {
    phases.items(
        name, kernel_->num_panels(),
        [this](const Pass<T>& pass, runtime::Range panels, std::byte* scratch) {
          learn(pass, panels, {0, kernel_->inputs}, scratch);
        },
        flops_per_row());
    return;
  }
  phases.items(
      name, kernel_->num_panels() * kPieces,
      [this](const Pass<T>& pass, runtime::Range pieces, std::byte* scratch) {
        for_each_piece(pieces, [&](runtime::Range panels, runtime::Range quarters) {
          learn(pass, panels, share(kernel_->inputs, quarters, kPanel), scratch);
        });
      },
      flops_per_row());
}

template <class T>
void DenseStep<T>::learn(const Pass<T>& pass, runtime::Range panels, runtime::Range inputs,
                         std::byte* scratch) const {
  T* tiles = reinterpret_cast<T*>(scratch);
  if (inputs.begin == 0)
    for (std::int64_t p = panels.begin; p < panels.end; ++p) updater_->begin_panel(pass, *kernel_, p);
  const GradientArgs<T> args{
      pass.at(in_.data), in_.stride, pass.at(out_.gradient), out_.stride, pass.rows(), inputs, panels};
  for_each_gradient_tile(
      *pass.kernels, args, tiles + kTilesAtOnce * kTile, kTile,
      [&](std::int64_t, std::int64_t) { return tiles; },
      [&](std::int64_t panel, std::int64_t count, runtime::Range done) {
        for (std::int64_t i = 0; i < count; ++i) {
          const std::int64_t at = (panel + i) * kernel_->panel_size() + done.begin * kPanel;
          T* tile = tiles + i * kTile;
          if (kernel_mask_) kernel_mask_->backward(pass, at, done.size() * kPanel, tile);
          updater_->tile(pass, *kernel_, at, done.size() * kPanel, tile);
        }
      });
  if (inputs.end < kernel_->inputs) return;
  for (std::int64_t p = panels.begin; p < panels.end; ++p) {
    updater_->finish_panel(pass, *kernel_, p);
    if (bias_) learn_bias(pass, p, tiles);
  }
}

template <class T>
void DenseStep<T>::learn_bias(const Pass<T>& pass, std::int64_t panel, T* tile) const {
  updater_->begin_panel(pass, *bias_, panel);
  pass.kernels->bias_gradient(pass.at(out_.gradient) + panel * kPanel, out_.stride, tile, pass.rows());
  updater_->tile(pass, *bias_, panel * kPanel, kPanel, tile);
  updater_->finish_panel(pass, *bias_, panel);
}

template class DenseStep<float>;
template class DenseStep<double>;

}  // namespace regulus::plan
