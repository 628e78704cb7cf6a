"""A conversation handed to another model: what it cannot take becomes what it can."""

import re

from hypothesis import given
from hypothesis import strategies as st

from claw_core.dialects.carry import UNSEEN, CallIds, Taker, carried, changed
from claw_core.message import Call, Image, Message, Result, Text, Thought

ME = Taker(origin="a/b")
BLIND = Taker(origin="a/b", images=False)
PNG = Image(media_type="image/png", data="iVBORw0KGgo=")
ASKED = Message(role="user", parts=(PNG, Text(text="What is this?")))


def test_ones_own_thoughts_and_signatures_stay_as_they_are() -> None:
    own = Thought(text="Hm.", signature="s", by="a/b")
    call = Call(id="call_1", name="read", input={}, signature="t", by="a/b")
    messages = (ASKED, Message(role="assistant", parts=(own, call)))
    assert carried(messages, ME) == messages
    assert changed(messages, ME) == ()


def test_what_another_signed_goes_without_its_signature() -> None:
    call = Call(id="call_1", name="read", input={}, signature="t", by="x/y")
    [_, said] = carried((ASKED, Message(role="assistant", parts=(Thought(text="Hm.", by="x/y"), call))), ME)
    assert said.parts == (Text(text="Hm."), Call(id="call_1", name="read", input={}, by="x/y"))


def test_pictures_become_notes_for_a_model_that_sees_none() -> None:
    messages = (ASKED, Message(role="user", parts=(Result(id="call_1", parts=(PNG,)),)))
    [asked, answered] = carried(messages, BLIND)
    assert asked.parts[0] == Text(text=UNSEEN)
    assert answered.parts == (Result(id="call_1", parts=(Text(text=UNSEEN),)),)
    assert changed(messages, BLIND) == ("2 images as a note, since it sees none",)


@given(st.lists(st.text(), unique=True, max_size=20))
def test_ids_that_an_api_takes_stay_and_others_become_such(ids: list[str]) -> None:
    taken = CallIds(pattern=re.compile(r"[a-zA-Z0-9]{9}"), length=9)
    fitted = [taken.fit(id) for id in ids]
    assert all(taken.pattern.fullmatch(id) for id in fitted)
    assert len(set(fitted)) == len(ids)
    assert [taken.fit(id) for id in fitted] == fitted
