// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/pool.h"

#include <limits>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

// Lanes are channels, 16 at a time. Gradients are gathered: each pixel asks the windows that hold it, in
// their order, so that it is written once and windows may overlap or leave gaps.

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// The channels of a pixel that are taken at once: all 16, or what is left behind the last 16.
template <bool whole>
struct Channels {
  std::int64_t count;

  REGULUS_INLINE Lanes load(const float* from) const {
    if constexpr (whole) return Lanes::load(from);
    return load_lanes(from, count);
  }
  REGULUS_INLINE void store(Lanes x, float* to) const {
    if constexpr (whole) return x.store(to);
    store_part(x, to, count);
  }
};

/// Calls work(channels, c) for the channels from c on.
template <class Work>
REGULUS_INLINE void for_each_channels(std::int64_t channels, Work work) {
  std::int64_t c = 0;
  for (; c + kPanel <= channels; c += kPanel) work(Channels<true>{kPanel}, c);
  if (c < channels) work(Channels<false>{channels - c}, c);
}

REGULUS_INLINE Lanes number_of(std::int64_t n) {
  return Lanes::all(static_cast<float>(n));
}

/// The largest so far, and the pixel that it is of.
struct Largest {
  Lanes value;
  Lanes place;

  REGULUS_INLINE void offer(Lanes x, Lanes pixel) {
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) {
      // A NaN is better than any number, nothing is better than a NaN.
      const auto better = hn::AndNot(hn::Le(x.v[i], value.v[i]), hn::Eq(value.v[i], value.v[i]));
      value.v[i] = hn::IfThenElse(better, x.v[i], value.v[i]);
      place.v[i] = hn::IfThenElse(better, pixel.v[i], place.v[i]);
    }
  }
};

/// The windows of one row. size: that of every window both ways, if all are whole and it is known beforehand;
/// else 0.
template <bool record, int size>
void max_pool_row(const float* x, float* y, float* places, const Pooling& p) {
  for (std::int64_t oy = 0; oy < p.height.outputs; ++oy) {
    const Span ys = size > 0 ? Span{p.height.start(oy), p.height.start(oy) + size} : p.height.pixels(oy);
    for (std::int64_t ox = 0; ox < p.width.outputs;
         ++ox, y += p.channels, places += record ? p.channels : 0) {
      const Span xs = size > 0 ? Span{p.width.start(ox), p.width.start(ox) + size} : p.width.pixels(ox);
      for_each_channels(p.channels, [&](auto channels, std::int64_t c) {
        Largest best{Lanes(-std::numeric_limits<float>::infinity()),
                     number_of(ys.begin * p.width.inputs + xs.begin)};
        const auto offer = [&](std::int64_t pixel) {
          best.offer(channels.load(x + pixel * p.channels + c), number_of(pixel));
        };
        const std::int64_t first = ys.begin * p.width.inputs + xs.begin;
        if constexpr (size > 0) {
          REGULUS_UNROLL
          for (int i = 0; i < size; ++i) {
            REGULUS_UNROLL
            for (int j = 0; j < size; ++j) offer(first + i * p.width.inputs + j);
          }
        } else {
          for (std::int64_t i = 0; i < ys.size(); ++i)
            for (std::int64_t j = 0; j < xs.size(); ++j) offer(first + i * p.width.inputs + j);
        }
        channels.store(best.value, y + c);
        if constexpr (record) channels.store(best.place, places + c);
      });
    }
  }
}

/// No window hangs over an edge.
bool whole(const PoolAxis& axis) {
  return axis.before <= 0 && axis.start(axis.outputs - 1) + axis.size <= axis.inputs;
}

template <bool record>
void max_pool(const float* x, float* y, float* places, std::int64_t rows, const Pooling& p) {
  const bool pairs = p.height.size == 2 && p.width.size == 2 && whole(p.height) && whole(p.width);
  for (std::int64_t r = 0; r < rows; ++r, x += p.in_stride, y += p.out_stride) {
    if (pairs)
      max_pool_row<record, 2>(x, y, places, p);
    else
      max_pool_row<record, 0>(x, y, places, p);
    if constexpr (record) places += p.out_stride;
  }
}

void max_pool_forward(const float* x, float* y, float* places, std::int64_t rows, const Pooling& p) {
  if (places)
    max_pool<true>(x, y, places, rows, p);
  else
    max_pool<false>(x, y, nullptr, rows, p);
}

/// The windows that hold a pixel, for pixels asked for one after another: finds them without a division.
class WindowsOf {
 public:
  REGULUS_INLINE explicit WindowsOf(const PoolAxis& axis) : axis_(axis) {}
  REGULUS_INLINE Span at(std::int64_t pixel) {
    while (windows_.end < axis_.outputs && axis_.start(windows_.end) <= pixel) ++windows_.end;
    while (windows_.begin < windows_.end && axis_.start(windows_.begin) + axis_.size <= pixel)
      ++windows_.begin;
    return windows_;
  }

 private:
  PoolAxis axis_;
  Span windows_;
};

REGULUS_INLINE void zero_padding(float* dx, const Pooling& p) {
  for (std::int64_t i = p.in_size(); i < p.in_stride; ++i) dx[i] = 0;
}

/// A pixel and one of the windows that hold it.
struct Place {
  std::int64_t pixel;
  std::int64_t oy;
  std::int64_t ox;
};

/// dx of one row: add(channels, sum, o, place) is the sum with what comes from the window, at o in dy.
template <class Add>
REGULUS_INLINE void gather_gradients(float* dx, const Pooling& p, Add add) {
  WindowsOf windows_of_row(p.height);
  std::int64_t pixel = 0;
  for (std::int64_t iy = 0; iy < p.height.inputs; ++iy) {
    const Span ys = windows_of_row.at(iy);
    WindowsOf windows_of_column(p.width);
    for (std::int64_t ix = 0; ix < p.width.inputs; ++ix, ++pixel) {
      const Span xs = windows_of_column.at(ix);
      for_each_channels(p.channels, [&](auto channels, std::int64_t c) {
        Lanes sum(0);
        for (std::int64_t oy = ys.begin; oy < ys.end; ++oy)
          for (std::int64_t ox = xs.begin; ox < xs.end; ++ox) {
            const std::int64_t o = (oy * p.width.outputs + ox) * p.channels + c;
            sum = add(channels, sum, o, Place{pixel, oy, ox});
          }
        channels.store(sum, dx + pixel * p.channels + c);
      });
    }
  }
  zero_padding(dx, p);
}

/// Every pixel is in one window.
bool tiles(const PoolAxis& axis) {
  return axis.before == 0 && axis.stride == axis.size && axis.inputs == axis.outputs * axis.size;
}

/// Of one row, where windows tile the image: dy and place are read once for all pixels of a window.
void scatter_gradients(const float* dy, const float* places, float* dx, const Pooling& p) {
  for (std::int64_t oy = 0; oy < p.height.outputs; ++oy)
    for (std::int64_t ox = 0; ox < p.width.outputs; ++ox, dy += p.channels, places += p.channels)
      for_each_channels(p.channels, [&](auto channels, std::int64_t c) {
        const Lanes place = channels.load(places + c);
        const Lanes sum = Lanes(0) + channels.load(dy + c);
        for (std::int64_t iy = oy * p.height.size; iy < (oy + 1) * p.height.size; ++iy)
          for (std::int64_t ix = ox * p.width.size; ix < (ox + 1) * p.width.size; ++ix) {
            const std::int64_t pixel = iy * p.width.inputs + ix;
            channels.store(select(place == number_of(pixel), sum, Lanes(0)), dx + pixel * p.channels + c);
          }
      });
  zero_padding(dx, p);
}

void max_pool_backward(const float* dy, const float* places, float* dx, std::int64_t rows, const Pooling& p) {
  if (tiles(p.height) && tiles(p.width)) {
    for (std::int64_t r = 0; r < rows; ++r, dy += p.out_stride, places += p.out_stride, dx += p.in_stride)
      scatter_gradients(dy, places, dx, p);
    return;
  }
  for (std::int64_t r = 0; r < rows; ++r, dy += p.out_stride, places += p.out_stride, dx += p.in_stride)
    gather_gradients(dx, p, [&](auto channels, Lanes sum, std::int64_t o, const Place& at) {
      const LaneMask chosen = channels.load(places + o) == number_of(at.pixel);
      return select(chosen, sum + channels.load(dy + o), sum);
    });
}

void average_pool_forward(const float* x, float* y, std::int64_t rows, const Pooling& p) {
  for (std::int64_t r = 0; r < rows; ++r, x += p.in_stride, y += p.out_stride) {
    std::int64_t o = 0;
    for (std::int64_t oy = 0; oy < p.height.outputs; ++oy)
      for (std::int64_t ox = 0; ox < p.width.outputs; ++ox, o += p.channels) {
        const Span ys = p.height.pixels(oy);
        const Span xs = p.width.pixels(ox);
        const Lanes count = number_of(ys.size() * xs.size());
        for_each_channels(p.channels, [&](auto channels, std::int64_t c) {
          Lanes sum(0);
          for (std::int64_t iy = ys.begin; iy < ys.end; ++iy)
            for (std::int64_t ix = xs.begin; ix < xs.end; ++ix)
              sum = sum + channels.load(x + (iy * p.width.inputs + ix) * p.channels + c);
          channels.store(sum / count, y + o + c);
        });
      }
  }
}

void average_pool_backward(const float* dy, float* dx, std::int64_t rows, const Pooling& p) {
  for (std::int64_t r = 0; r < rows; ++r, dy += p.out_stride, dx += p.in_stride)
    gather_gradients(dx, p, [&](auto channels, Lanes sum, std::int64_t o, const Place& at) {
      const std::int64_t count = p.height.pixels(at.oy).size() * p.width.pixels(at.ox).size();
      return sum + channels.load(dy + o) / number_of(count);
    });
}

void shared_max_backward(const float* dy, const float* x, const float* y, float* dx, std::int64_t rows,
                         const Pooling& p) {
  for (std::int64_t r = 0; r < rows; ++r, x += p.in_stride, dx += p.in_stride) {
    for_each_channels(p.channels, [&](auto channels, std::int64_t c) {
      const Lanes max = channels.load(y + c);
      Lanes count(0);
      for (std::int64_t i = c; i < p.in_size(); i += p.channels)
        count = select(channels.load(x + i) == max, count + Lanes(1), count);
      const Lanes share = channels.load(dy + c) / count;
      for (std::int64_t i = c; i < p.in_size(); i += p.channels)
        channels.store(select(channels.load(x + i) == max, share, Lanes(0)), dx + i);
    });
    zero_padding(dx, p);
    dy += p.out_stride;
    y += p.out_stride;
  }
}

}  // namespace

void add_pool(Table<float>& table) {
  table.max_pool_forward = max_pool_forward;
  table.max_pool_backward = max_pool_backward;
  table.shared_max_backward = shared_max_backward;
  table.average_pool_forward = average_pool_forward;
  table.average_pool_backward = average_pool_backward;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
