// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/reference/families.h"

namespace regulus::kernels::reference {
namespace {

template <class T>
void convolution(const ConvolutionArgs<T>& a) {
  const Windows& at = a.windows;
  for (std::int64_t oy = 0; oy < at.height; ++oy)
    for (std::int64_t ox = 0; ox < at.width; ++ox)
      for (std::int64_t n = 0; n < a.units; ++n) {
        const T* x = a.x + oy * at.row + ox * at.step;
        const T* w = a.w + n / kPanel * a.w_stride + n % kPanel;
        T sum = a.bias != nullptr ? a.bias[n] : T{0};
        for (std::int64_t run = 0; run < at.runs.count; ++run)
          for (std::int64_t i = 0; i < at.runs.length; ++i, w += kPanel)
            sum = std::fma(x[at.runs.offset[run] + i], *w, sum);
        a.y[oy * a.y_row + ox * a.y_step + n] = sum;
      }
}

template <class T>
void convolution_gradient(const ConvolutionGradientArgs<T>& a) {
  const Windows& at = a.windows;
  const std::int64_t inputs = at.runs.inputs();
  for (std::int64_t p = a.panel_begin; p < a.panel_end; ++p)
    for (std::int64_t k = a.input_begin; k < a.input_end; ++k)
      for (std::int64_t lane = 0; lane < kPanel; ++lane) {
        const std::int64_t n = p * kPanel + lane;
        const T* x = a.x + at.runs.offset[k / at.runs.length] + k % at.runs.length;
        T& g = a.g[(p * inputs + k) * kPanel + lane];
        T sum = a.resume ? g : T{0};
        for (std::int64_t image = 0; n < a.units && image < a.images; ++image)
          for (std::int64_t oy = 0; oy < at.height; ++oy)
            for (std::int64_t ox = 0; ox < at.width; ++ox)
              sum = std::fma(x[image * a.x_image + oy * at.row + ox * at.step],
                             a.dz[image * a.dz_image + (oy * at.width + ox) * a.dz_step + n], sum);
        g = sum;
      }
}

template <class T>
void depthwise(const ConvolutionArgs<T>& a) {
  const Windows& at = a.windows;
  for (std::int64_t oy = 0; oy < at.height; ++oy)
    for (std::int64_t ox = 0; ox < at.width; ++ox)
      for (std::int64_t n = 0; n < a.units; ++n) {
        const T* x = a.x + oy * at.row + ox * at.step;
        const T* w = a.w + n / kPanel * a.w_stride + n % kPanel;
        T sum = a.bias != nullptr ? a.bias[n] : T{0};
        for (std::int64_t k = 0; k < at.runs.count; ++k, w += kPanel)
          sum = std::fma(x[at.runs.offset[k] + n], *w, sum);
        a.y[oy * a.y_row + ox * a.y_step + n] = sum;
      }
}

template <class T>
void depthwise_gradient(const ConvolutionGradientArgs<T>& a) {
  const Windows& at = a.windows;
  for (std::int64_t p = a.panel_begin; p < a.panel_end; ++p)
    for (std::int64_t k = a.input_begin; k < a.input_end; ++k)
      for (std::int64_t lane = 0; lane < kPanel; ++lane) {
        const std::int64_t n = p * kPanel + lane;
        T& g = a.g[(p * at.runs.count + k) * kPanel + lane];
        T sum = a.resume ? g : T{0};
        for (std::int64_t image = 0; n < a.units && image < a.images; ++image)
          for (std::int64_t oy = 0; oy < at.height; ++oy)
            for (std::int64_t ox = 0; ox < at.width; ++ox)
              sum = std::fma(a.x[image * a.x_image + at.runs.offset[k] + oy * at.row + ox * at.step + n],
                             a.dz[image * a.dz_image + (oy * at.width + ox) * a.dz_step + n], sum);
        g = sum;
      }
}

}  // namespace

template <class T>
void add_convolution(Table<T>& table) {
  table.convolution = convolution<T>;
  table.convolution_gradient = convolution_gradient<T>;
  table.depthwise = depthwise<T>;
  table.depthwise_gradient = depthwise_gradient<T>;
}
template void add_convolution<float>(Table<float>& table);
template void add_convolution<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
