"""What can go wrong in ``kgbert``.

KGBertError
├── EncoderError    (OSError)     encoder weights are not found, or are not the ones a model was trained on
├── CheckpointError (ValueError)  a model folder is damaged, or does not fit the graph that it is given
├── ConfigError     (ValueError)  a configuration file has an unknown key or a value out of range
├── TaskError       (ValueError)  documents do not fit the task they are used for
├── RunError        (ValueError)  a finished run of an experiment is damaged, or cannot be compared with another
└── WorkerError     (RuntimeError)  a process that shared the work was killed
"""


class KGBertError(Exception):
    """Base of every error that ``kgbert`` raises on purpose."""


class EncoderError(KGBertError, OSError):
    """Encoder weights are not found where they were looked for, or have another checksum."""


class CheckpointError(KGBertError, ValueError):
    """A model folder is damaged, incomplete, or was trained on another graph release."""


class ConfigError(KGBertError, ValueError):
    """A configuration has an unknown key, lacks one, or holds a value that is out of range."""


class TaskError(KGBertError, ValueError):
    """Documents do not fit the task that they are used for."""


class RunError(KGBertError, ValueError):
    """A finished run of an experiment is damaged, is there twice, or cannot be compared with another."""


class WorkerError(KGBertError, RuntimeError):
    """A process that shared the work was killed."""
