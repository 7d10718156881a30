# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for `make docs`. Nothing is fetched: no inventory of another site, no font, no script."""

from __future__ import annotations

project = "mailops.ses"
author = copyright = "mailops.ses contributors"  # noqa: A001
html_title = "mailops.ses: automatic pause for Amazon SES"
html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "https://github.com/mailops/ses", "show_rtd_ethical_ads": False}
html_show_sphinx = False
html_copy_source = False
html_use_index = False

extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_enable_extensions = ["html_image"]
myst_heading_anchors = 3
highlight_language = "YAML+Jinja"

# Each link within must lead somewhere. These are of Ansible's own documentation, which is not asked.
nitpicky = True
nitpick_ignore = [
    ("std:ref", label) for label in ("action_plugins", "ansible_configuration_settings", "common_return_values")
]
nitpick_ignore_regex = [
    ("std:ref", r"ansible_collections\.amazon\.aws\..*"),
    ("std:envvar", "ANSIBLE_CACHE_PLUGIN.*"),
]
