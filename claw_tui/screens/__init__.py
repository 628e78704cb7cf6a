"""The screens: what fills the whole terminal."""
