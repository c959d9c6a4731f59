# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's MLPClassifier: Adam instead of Nadam, relu instead of selu, no dropout; J1 and J3 only."""

import warnings

import common
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

# That one epoch does not converge is known.
warnings.simplefilter("ignore", ConvergenceWarning)


class Sklearn:
    note = "Adam, relu and no dropout: less work than the job asks for"

    def __init__(self, threads):
        del threads  # its BLAS reads OMP_NUM_THREADS and OPENBLAS_NUM_THREADS
        self.versions = {"scikit-learn": sklearn.__version__}

    def load(self, data):
        self.data = data
        # alpha 0: no l2 penalty. warm_start: fit goes on where it ended.
        self.model = MLPClassifier(common.UNITS[1:-1], solver="adam", alpha=0.0, batch_size=common.BATCH,
                                   learning_rate_init=1e-3, max_iter=1, warm_start=True, random_state=42)

    def fit(self):
        self.model.fit(self.data.train_x, self.data.train_y)

    def predict(self):
        if not hasattr(self.model, "coefs_"):  # J3 alone: its weights exist only after a fit
            self.model.fit(self.data.train_x[:1000], self.data.train_y[:1000])
        return self.model.predict_proba(self.data.test_x)


if __name__ == "__main__":
    common.main(Sklearn)
