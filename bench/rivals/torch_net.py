# SPDX-License-Identifier: Apache-2.0
"""PyTorch with a hand-written loop: eager, or with --compile the same through torch.compile."""

import sys

import common
import torch
import torch.nn.functional as F

# Of a stochastic pass: activations and masks of so many rows stay in the second-level cache.
MC_ROWS = 1_000


class AlphaDropout(torch.nn.Module):
    """The formula of torch.nn.AlphaDropout, with a mask that is cheaper to draw and may be shared."""

    shared = False

    def forward(self, x):
        if not self.training:
            return x
        shape = (1 if self.shared else x.shape[0], x.shape[1])
        kept = x * common.GAIN + common.SHIFT
        return torch.where(keep_mask(shape), kept, common.GAIN * common.DROPPED + common.SHIFT)


def keep_mask(shape):
    """True with probability 1 - RATE to a multiple of 2^-16: four decisions from one 64-bit draw."""
    count = shape[0] * shape[1]
    words = torch.empty((count + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    return words.view(torch.int16)[:count].view(shape) >= round(common.RATE * 2**16) - 2**15


def make_model():
    layers = []
    for kernel, bias in common.initial_weights():
        dense = torch.nn.Linear(*kernel.shape)
        with torch.no_grad():
            dense.weight.copy_(torch.from_numpy(kernel.T))
            dense.bias.copy_(torch.from_numpy(bias))
        layers += [AlphaDropout(), dense, torch.nn.SELU()]
    return torch.nn.Sequential(*layers[:-1])  # the last Dense gives logits


class Torch:
    note = "masks drawn 16 bits a decision, not by F.alpha_dropout, which is slower; NAdam with Keras's schedule"

    def __init__(self, threads, compiled=False):
        torch.set_num_threads(threads)
        torch.manual_seed(42)
        self.versions = {"torch": torch.__version__}
        self.optimize = torch.compile if compiled else lambda function, **options: function

    def load(self, data):
        self.x, self.test_x = torch.from_numpy(data.train_x), torch.from_numpy(data.test_x)
        self.y = torch.from_numpy(data.train_y).long()
        self.model = make_model()
        # momentum_decay 1 gives the schedule 0.96^t of Keras; the default is 0.96^(t / 250).
        self.optimizer = torch.optim.NAdam(self.model.parameters(), lr=1e-3, eps=1e-7, momentum_decay=1)
        self.loss = self.optimize(lambda x, y: F.cross_entropy(self.model(x), y))
        self.probabilities = self.optimize(lambda x: F.softmax(self.model(x), dim=1))
        self.stochastic = self.optimize(self.stochastic_pass)

    def fit(self):
        self.model.train()
        for rows in torch.randperm(len(self.x)).split(common.BATCH):
            loss = self.loss(self.x[rows], self.y[rows])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        return loss.item()

    @torch.inference_mode()
    def predict(self):
        self.model.eval()
        return self.probabilities(self.test_x).numpy()

    @torch.inference_mode()
    def predict_row(self, index):
        self.model.eval()
        return self.probabilities(self.test_x[index : index + 1]).numpy()

    def stochastic_pass(self, x, mean, squares, sample):
        """One more sample into the running mean and squared differences (Welford 1962)."""
        p = F.softmax(self.model(x), dim=1)
        difference = p - mean
        mean = mean + difference / sample
        return mean, squares + difference * (p - mean)

    @torch.inference_mode()
    def monte_carlo(self, samples):
        self.model.train()
        means, squared = [], []
        for x in self.test_x.split(MC_ROWS):
            mean = squares = torch.zeros(len(x), common.UNITS[-1])
            for sample in torch.arange(1.0, samples + 1):
                mean, squares = self.stochastic(x, mean, squares, sample)
            means.append(mean)
            squared.append(squares)
        return torch.cat(means).numpy(), (torch.cat(squared) / samples).sqrt().numpy()

    def monte_carlo_shared(self, samples):
        AlphaDropout.shared = True
        try:
            return self.monte_carlo(samples)
        finally:
            AlphaDropout.shared = False


class CompiledTorch(Torch):
    note = "as PyTorch eager, forward and backward through torch.compile"

    def __init__(self, threads):
        super().__init__(threads, compiled=True)


if __name__ == "__main__":
    compiled = "--compile" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--compile"]
    common.main(CompiledTorch if compiled else Torch)
