"""Where models compute: on a GPU where torch has one that it can use, else on the processor."""

import torch


def default_device() -> torch.device:
    """Return the device that models are put on unless told otherwise, in training too."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
