"""Our statistics held against R's answers: the tests' comparison, and the page docs/agreement.md made from it.

`difference` says how far apart two columns of numbers are; `answers` reads the data and R's csv files; `linear`,
`groups`, `clusters`, `imputed`, `scales` put our numbers beside R's; `statistics` lists all of them with their
tolerances; `page` writes the list down. A new statistic is a function that yields pairs and a line in `statistics`.
"""
