"""Where encoders are found, and the vectors made with them."""

import pytest
import torch

from graph.subgraph import Role, SubgraphConcept
from kgbert import encoder as encoders
from kgbert.config import KGBertConfig
from kgbert.errors import EncoderError
from kgbert.features import NameEncoder


def test_a_folder_is_itself(encoder):
    assert encoders.find(str(encoder)) == encoder


def test_the_default_encoder_is_found_in_its_package_and_is_the_one_expected():
    folder = encoders.find(
        KGBertConfig().encoder, sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    )
    assert (folder / "tokenizer.json").is_file()


def test_the_hubs_cache_is_looked_into_without_a_network(encoder, tmp_path, monkeypatch):
    snapshot = tmp_path / "models--someone--tiny" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    for file in encoder.iterdir():
        (snapshot / file.name).symlink_to(file)
    refs = tmp_path / "models--someone--tiny" / "refs"
    refs.mkdir()
    (refs / "main").write_text("abc")
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path))
    assert encoders.find("someone/tiny") == snapshot


def test_other_weights_are_refused(encoder):
    with pytest.raises(EncoderError, match="expected 0000"):
        encoders.find(str(encoder), sha256="0000")


def test_weights_in_another_format_are_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="other weight formats are not read"):
        encoders.checksum(tmp_path)


def test_vectors_come_from_names_and_types_alone(names):
    def concept(id, name, types=()):
        return SubgraphConcept(id, name, types, Role.SEED, 0)

    vectors = names.concepts([concept("A:1", "aspirin"), concept("B:2", "aspirin"), concept("A:1", "pain")])
    assert torch.equal(vectors[0], vectors[1])
    assert not torch.allclose(vectors[0], vectors[2])
    typed = names.concepts([concept("A:1", "aspirin", ("drug",))])
    assert not torch.allclose(vectors[:1], typed)
    torch.testing.assert_close(vectors.norm(dim=-1), torch.ones(3))


def test_the_vectors_of_a_name_do_not_depend_on_its_company(encoder):
    alone = NameEncoder(encoder)(["pain"])
    together = NameEncoder(encoder)(["severe bleeding ulcer in the patient", "pain", "aspirin"])
    torch.testing.assert_close(together[1:2], alone, atol=1e-6, rtol=1e-5)


def test_memory_is_bounded(encoder):
    few = NameEncoder(encoder, capacity=3)
    first = few(["aspirin", "pain", "ulcer", "bleeding", "drug"])
    assert len(few._vectors) == 3
    torch.testing.assert_close(few(["aspirin"]), first[:1], atol=1e-6, rtol=1e-5)
    assert few([]).shape == (0, few.width)
