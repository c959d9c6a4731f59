// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/reference/families.h"

namespace regulus::kernels::reference {
namespace {

/// body(x, y) for each output pixel: its window and its first unit.
template <class T, class Body>
void for_each_pixel(const ConvolutionArgs<T>& a, Body body) {
  const Windows& at = a.windows;
  for (std::int64_t image = 0; image < a.images; ++image)
    for (std::int64_t oy = 0; oy < at.height; ++oy)
      for (std::int64_t ox = 0; ox < at.width; ++ox)
        body(a.x + image * a.x_image + oy * at.row + ox * at.step,
             a.y + image * a.y_image + oy * a.y_row + ox * a.y_step);
}

template <class T>
void convolution(const ConvolutionArgs<T>& a) {
  const Runs& runs = a.windows.runs;
  for_each_pixel(a, [&](const T* x, T* y) {
    for (std::int64_t n = 0; n < a.units; ++n) {
      T sum = a.resume ? y[n] : a.bias != nullptr ? a.bias[n] : T{0};
      for (std::int64_t run = 0; run < runs.count; ++run) {
        const T* w = a.w + n / kPanel * a.w_stride + a.run_inputs[run] * kPanel + n % kPanel;
        for (std::int64_t i = 0; i < runs.length; ++i, w += kPanel)
          sum = std::fma(x[runs.offset[run] + i], *w, sum);
      }
      y[n] = sum;
    }
  });
}

template <class T>
void convolution_gradient(const ConvolutionGradientArgs<T>& a) {
  const Windows& at = a.windows;
  const std::int64_t inputs = at.runs.inputs();
  for (std::int64_t n = 0; n < padded(a.units); ++n)
    for (std::int64_t k = 0; k < inputs; ++k) {
      const std::int64_t run = k / at.runs.length;
      const std::int64_t place = at.runs.offset[run] + k % at.runs.length;
      const PixelBox box = a.boxes != nullptr ? a.boxes[run] : PixelBox{0, at.height, 0, at.width};
      T& g = a.g[packed_index(inputs, k, n)];
      T sum = a.resume ? g : T{0};
      for (std::int64_t image = 0; n < a.units && image < a.images; ++image)
        for (std::int64_t oy = box.line; oy < box.line_end; ++oy)
          for (std::int64_t ox = box.column; ox < box.column_end; ++ox)
            sum = std::fma(a.x[image * a.x_image + oy * at.row + ox * at.step + place],
                           a.dz[image * a.dz_image + (oy * at.width + ox) * a.dz_step + n], sum);
      g = n < a.units ? sum : T{0};
    }
}

template <class T>
void depthwise(const ConvolutionArgs<T>& a) {
  const Runs& runs = a.windows.runs;
  for_each_pixel(a, [&](const T* x, T* y) {
    for (std::int64_t n = 0; n < a.units; ++n) {
      const T* w = a.w + n / kPanel * a.w_stride + n % kPanel;
      T sum = a.bias != nullptr ? a.bias[n] : T{0};
      for (std::int64_t k = 0; k < runs.count; ++k)
        sum = std::fma(x[runs.offset[k] + n], w[a.run_inputs[k] * kPanel], sum);
      y[n] = sum;
    }
  });
}

template <class T>
void depthwise_gradient(const ConvolutionGradientArgs<T>& a) {
  const Windows& at = a.windows;
  for (std::int64_t n = 0; n < padded(a.units); ++n)
    for (std::int64_t k = 0; k < at.runs.count; ++k) {
      T& g = a.g[packed_index(at.runs.count, k, n)];
      T sum = a.resume ? g : T{0};
      for (std::int64_t image = 0; n < a.units && image < a.images; ++image)
        for (std::int64_t oy = 0; oy < at.height; ++oy)
          for (std::int64_t ox = 0; ox < at.width; ++ox)
            sum = std::fma(a.x[image * a.x_image + at.runs.offset[k] + oy * at.row + ox * at.step + n],
                           a.dz[image * a.dz_image + (oy * at.width + ox) * a.dz_step + n], sum);
      g = n < a.units ? sum : T{0};
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
