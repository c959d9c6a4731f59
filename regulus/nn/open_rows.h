// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/nn/layer.h"

namespace regulus {

// Rows of which some lengths are open (Shape::kOpen). Layers know nothing of them: they are asked about rows
// with numbers there, and what changes with these numbers is open behind the layer, too.

/// The shape of an output row; lengths that follow the open ones are open. Of rows with all their lengths
/// layer.output_shape(). Throws ShapeError if the layer takes no such rows, and if the shape of one of its
/// weights would follow an open length.
Shape output_rows(const Layer& layer, const Shape& rows);

/// Rows with a number for each open length, such as the layer takes. Its weights are those of all such rows.
/// Throws as output_rows().
Shape sample_rows(const Layer& layer, const Shape& rows);

}  // namespace regulus
