// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/convolution.h"
#include "regulus/kernels/panel.h"

namespace regulus::plan {

// A convolution in groups: an image's channels and the units are parted into as many equal parts, and each
// part of the units meets its part of the channels alone. That is one product a part, on the same image with
// other pixels between; the parts' weights begin whole panels (UnitLayout), those of a plain convolution too,
// which is one part.

/// `all`: the arguments as if there were one group, but for the windows, whose runs hold one group's
/// channels. x_step: channels of all groups.
template <class T>
void run_groups(void (*run)(const kernels::ConvolutionArgs<T>&), kernels::ConvolutionArgs<T> all,
                std::int64_t groups, std::int64_t x_step) {
  all.units /= groups;
  for (std::int64_t group = 0; group < groups; ++group) {
    run(all);
    all.x += x_step / groups;
    all.w += kernels::panels(all.units) * all.w_stride;
    if (all.bias != nullptr) all.bias += kernels::padded(all.units);
    all.y += all.units;
  }
}

template <class T>
void run_groups(void (*run)(const kernels::ConvolutionGradientArgs<T>&),
                kernels::ConvolutionGradientArgs<T> all, std::int64_t groups, std::int64_t x_step) {
  all.units /= groups;
  for (std::int64_t group = 0; group < groups; ++group) {
    run(all);
    all.x += x_step / groups;
    all.dz += all.units;
    all.g += kernels::padded(all.units) * all.windows.runs.inputs();
  }
}

}  // namespace regulus::plan
