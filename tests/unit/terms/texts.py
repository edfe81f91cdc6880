"""Made-up terms without a word on AI, as a ground for the tests."""

_THINGS = [
    *("songs", "films", "letters", "poems", "drawings", "maps", "recipes", "lectures"),
    *("plays", "games", "photographs", "diaries", "novels", "sketches", "dances"),
]

HOSTING = "\n\n".join(
    [
        "# Terms of a made-up service",
        *(
            f"{number}. You keep the rights to your {thing}, and we host them for the other "
            f"members as long as your account is open. We answer letters about {thing} on weekdays."
            for number, thing in enumerate(_THINGS, 1)
        ),
    ]
)
