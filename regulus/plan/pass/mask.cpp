// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/pass/mask.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace regulus::plan {

template <class T>
Mask<T>::Mask(MaskSpec spec)
    : spec_(std::move(spec)),
      map_{static_cast<T>(spec_.scale), static_cast<T>(spec_.shift), static_cast<T>(spec_.dropped)} {
  if (!spec_.decision.empty()) num_decisions_ = spec_.decision.reach();
}

template <class T>
void Mask<T>::lay_out(Compiler<T>& compiler, std::int64_t width) {
  width_ = width;
  words_ = kernels::panels(width);
  bits_ = compiler.layout().template reserve_rows<std::uint16_t>(words_);
  if (num_decisions_ > 0)
    decisions_ = compiler.layout().template reserve_rows<std::uint16_t>(kernels::panels(num_decisions_));
}

template <class T>
void Mask<T>::draw_rows(const Pass<T>& pass, std::uint16_t* out, std::int64_t words,
                        const std::uint32_t* row_ids, std::int64_t rows, std::int64_t units) const {
  const kernels::MaskKey key = mask_key(spec_, pass);
  if (!pass.shared_masks && !spec_.same_for_all_rows) {
    pass.kernels->draw_mask(out, words, row_ids, rows, units, key);
    return;
  }
  const std::uint32_t id = kSharedRow;
  pass.kernels->draw_mask(out, words, &id, 1, units, key);
  for (std::int64_t r = 1; r < rows; ++r)
    std::memcpy(out + r * words, out, static_cast<std::size_t>(words) * sizeof(std::uint16_t));
}

template <class T>
void Mask<T>::draw(const Pass<T>& pass, runtime::Range rows) const {
  if (rows.size() == 0) return;
  std::uint16_t* keep = bits(pass) + rows.begin * words_;
  const std::uint32_t* ids = pass.batch.row_ids + rows.begin;
  if (num_decisions_ == 0) {
    draw_rows(pass, keep, words_, ids, rows.size(), width_);
    return;
  }
  const std::int64_t words = kernels::panels(num_decisions_);
  std::uint16_t* decisions = pass.template at<std::uint16_t>(decisions_) + rows.begin * words;
  draw_rows(pass, decisions, words, ids, rows.size(), num_decisions_);
  std::fill_n(keep, rows.size() * words_, std::uint16_t{0});
  for (std::int64_t r = 0; r < rows.size(); ++r)
    spec_.decision.for_each_run([&](std::int64_t first, std::int64_t count, std::int64_t number,
                                    std::int64_t stride) {
      for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t u = first + i;
        const std::int64_t d = number + i * stride;
        const int bit = (decisions[r * words + d / 16] >> (d % 16)) & 1;
        keep[r * words_ + u / 16] = static_cast<std::uint16_t>(keep[r * words_ + u / 16] | (bit << (u % 16)));
      }
    });
}

template <class T>
void Mask<T>::add_draw(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " masks",
              [this](const Pass<T>& pass, runtime::Range rows, std::byte*) { draw(pass, rows); });
}

template <class T>
void Mask<T>::forward(const Pass<T>& pass, const T* x, T* y, kernels::Block block, std::int64_t row,
                      std::int64_t column) const {
  pass.kernels->mask_forward(x, bits(pass) + row * words_ + column / kernels::kPanel, words_, y, block, map_);
}

template <class T>
void Mask<T>::backward(const Pass<T>& pass, T* gradient, kernels::Block block, std::int64_t row,
                       std::int64_t column) const {
  pass.kernels->mask_backward(gradient, bits(pass) + row * words_ + column / kernels::kPanel, words_,
                              gradient, block, map_.scale);
}

template class Mask<float>;
template class Mask<double>;

}  // namespace regulus::plan
