// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/pool.h"

#include <algorithm>

#include "regulus/kernels/reference/families.h"

namespace regulus::kernels::reference {
namespace {

/// Calls visit(o, pixel, count) for each pixel of each window in order: the window's and the pixel's
/// first element, and how many pixels the window has.
template <class Visit>
void for_each_pixel(const Pooling& p, Visit visit) {
  for (std::int64_t oy = 0; oy < p.height.outputs; ++oy)
    for (std::int64_t ox = 0; ox < p.width.outputs; ++ox) {
      const Span rows = p.height.pixels(oy);
      const Span columns = p.width.pixels(ox);
      for (std::int64_t y = rows.begin; y < rows.end; ++y)
        for (std::int64_t x = columns.begin; x < columns.end; ++x)
          visit((oy * p.width.outputs + ox) * p.channels, (y * p.width.inputs + x) * p.channels,
                rows.size() * columns.size());
    }
}

template <class T>
void max_pool_forward(const T* x, T* y, T* places, std::int64_t rows, const Pooling& p) {
  for (std::int64_t r = 0; r < rows; ++r, x += p.in_stride, y += p.out_stride) {
    std::int64_t begun = -1;  // the window that has its first pixel
    for_each_pixel(p, [&](std::int64_t o, std::int64_t pixel, std::int64_t) {
      for (std::int64_t c = 0; c < p.channels; ++c) {
        const T best = y[o + c];
        if (o == begun && (x[pixel + c] <= best || best != best)) continue;
        y[o + c] = x[pixel + c];
        if (places) places[o + c] = static_cast<T>(pixel / p.channels);
      }
      begun = o;
    });
    if (places) places += p.out_stride;
  }
}

template <class T>
void max_pool_backward(const T* dy, const T* places, T* dx, std::int64_t rows, const Pooling& p) {
  for (std::int64_t r = 0; r < rows; ++r, dy += p.out_stride, places += p.out_stride, dx += p.in_stride) {
    std::fill_n(dx, p.in_stride, T{0});
    for (std::int64_t o = 0; o < p.out_size(); ++o)
      dx[static_cast<std::int64_t>(places[o]) * p.channels + o % p.channels] += dy[o];
  }
}

template <class T>
void shared_max_backward(const T* dy, const T* x, const T* y, T* dx, std::int64_t rows, const Pooling& p) {
  for (std::int64_t r = 0; r < rows; ++r, x += p.in_stride, dx += p.in_stride) {
    std::fill_n(dx, p.in_stride, T{0});
    for (std::int64_t c = 0; c < p.channels; ++c) {
      T count = 0;
      for (std::int64_t i = c; i < p.in_size(); i += p.channels) count += T(x[i] == y[c]);
      for (std::int64_t i = c; i < p.in_size(); i += p.channels)
        if (x[i] == y[c]) dx[i] = dy[c] / count;
    }
    dy += p.out_stride;
    y += p.out_stride;
  }
}

template <class T>
void average_pool_forward(const T* x, T* y, std::int64_t rows, const Pooling& p) {
  for (std::int64_t r = 0; r < rows; ++r, x += p.in_stride, y += p.out_stride) {
    std::fill_n(y, p.out_size(), T{0});
    for_each_pixel(p, [&](std::int64_t o, std::int64_t pixel, std::int64_t) {
      for (std::int64_t c = 0; c < p.channels; ++c) y[o + c] += x[pixel + c];
    });
    for (std::int64_t oy = 0; oy < p.height.outputs; ++oy)
      for (std::int64_t ox = 0; ox < p.width.outputs; ++ox)
        for (std::int64_t c = 0; c < p.channels; ++c)
          y[(oy * p.width.outputs + ox) * p.channels + c] /=
              static_cast<T>(p.height.pixels(oy).size() * p.width.pixels(ox).size());
  }
}

template <class T>
void average_pool_backward(const T* dy, T* dx, std::int64_t rows, const Pooling& p) {
  for (std::int64_t r = 0; r < rows; ++r, dy += p.out_stride, dx += p.in_stride) {
    std::fill_n(dx, p.in_stride, T{0});
    for_each_pixel(p, [&](std::int64_t o, std::int64_t pixel, std::int64_t count) {
      for (std::int64_t c = 0; c < p.channels; ++c) dx[pixel + c] += dy[o + c] / static_cast<T>(count);
    });
  }
}

}  // namespace

template <class T>
void add_pool(Table<T>& table) {
  table.max_pool_forward = max_pool_forward<T>;
  table.max_pool_backward = max_pool_backward<T>;
  table.shared_max_backward = shared_max_backward<T>;
  table.average_pool_forward = average_pool_forward<T>;
  table.average_pool_backward = average_pool_backward<T>;
}
template void add_pool<float>(Table<float>& table);
template void add_pool<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
