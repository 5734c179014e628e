#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exact figures of the surfaces of the system 'potential', by another way than the program's.

usage: plane-reference.py SURFACE [CELLS ...]      (jung, wq, mb, th_hi, zpot; 150 300 600)

Linear finite elements for the weighted Dirichlet form of the committor; nodes next to the discs A and B
are moved onto the circles, so that the edges of the states are no stairs. Prints nu, k_AB, the mean
time of a transition path and E[2q(1-q)] over them for each grid, then what the last two give for cells
of no width, errors being of second order. Needs python3-numpy; 600 cells take a minute.
"""
import sys

import numpy as np

SURFACES = {  # kT, box, centres of A and B, their radius
    "jung": (.1, (-1.5, 1.5, -1.5, 1.5), (-.75, -.5), (.75, .5), .15),
    "wq": (1, (-2.6, 2.6, -3, 3), (.21427517601, 1.87464086793), (-.25538755928, -1.84510748548), .5),
    "mb": (15, (-1.7, 1.3, -.6, 2.4), (-.558224, 1.441726), (.623499, .028038), .1),
    "th_hi": (1 / 1.67, (-2.6, 2.6, -2.2, 3), (-1, 0), (1, 0), .3),
    "zpot": (1, (-15, 15, -12, 12), (-8, -5), (8, 5), 2)}
ALL, LOW, HIGH = slice(None), slice(None, -1), slice(1, None)
LEFT, RIGHT = (ALL, LOW), (ALL, HIGH)
BELOW, ABOVE = (LOW, ALL), (HIGH, ALL)
SW, SE, NW, NE = (LOW, LOW), (LOW, HIGH), (HIGH, LOW), (HIGH, HIGH)


def energy(name, x, y):
    e = np.exp
    if name == "jung":
        return (.2 * x**6 + y**6 - .7 * e(-12 * ((x + .75)**2 + (y + .5)**2))
                - .7 * e(-12 * ((x - .75)**2 + (y - .5)**2)))
    if name == "wq":
        r, t = (x - y) / 2**.5, (x + y) / 2**.5
        return 2 * (r**4 + t**4 - 2 * r * r - 4 * t * t + r * t + .3 * r + .1 * t)
    if name == "mb":
        rows = zip((-200, -100, -170, 15), (-1, -1, -6.5, .7), (0, 0, 11, .6), (-10, -10, -6.5, .7),
                   (1, 0, -.5, -1), (0, .5, 1.5, 1))
        return sum(A * e(a * (x - u)**2 + b * (x - u) * (y - v) + c * (y - v)**2)
                   for A, a, b, c, u, v in rows)
    if name == "th_hi":
        return (3 * e(-x**2 - (y - 1 / 3)**2) - 3 * e(-x**2 - (y - 5 / 3)**2) - 5 * e(-(x - 1)**2 - y**2)
                - 5 * e(-(x + 1)**2 - y**2) + .2 * x**4 + .2 * (y - 1 / 3)**4)
    return ((x**4 + y**4) / 20480 - 3 * e(-.01 * (x - 5)**2 - .2 * (y - 5)**2)
            - 3 * e(-.01 * (x + 5)**2 - .2 * (y + 5)**2)
            + 5 * e(-.2 * (x + 3 * (y + 3))**2) / (1 + e(x - 3))
            + 5 * e(-.2 * (x + 3 * (y - 3))**2) / (1 + e(-x - 3)) + 3 * e(-.01 * (x * x + y * y)))


def nodes(name, cells):
    """Their places, and 1 in A, 2 in B, edges included."""
    _, box, *discs, radius = SURFACES[name]
    h = (box[1] - box[0]) / cells
    rows = int(np.ceil((box[3] - box[2]) / h - 1e-9))
    x, y = np.meshgrid(box[0] + np.arange(cells + 1) * h, box[2] + np.arange(rows + 1) * h)
    label = np.zeros(x.shape, int)
    for k, (cx, cy) in enumerate(discs):
        away = np.hypot(x - cx, y - cy)
        off, moved = away - radius, np.zeros(x.shape, bool)
        for s, t in ((RIGHT, LEFT), (ABOVE, BELOW), (NE, SW)):  # of an edge across, the nearer end
            across, nearer = (off[s] < 0) != (off[t] < 0), abs(off[s]) <= abs(off[t])
            moved[s] |= across & nearer
            moved[t] |= across & ~nearer
        label[(off < 0) | moved] = k + 1
        x[moved] = cx + (x[moved] - cx) * radius / away[moved]
        y[moved] = cy + (y[moved] - cy) * radius / away[moved]
    return x, y, label


def elements(x, y, density):
    """Conductances of the edges along x, along y and of diagonals; corners, areas and the density in the
    middle of the sides of the triangles."""
    along = [np.zeros(x[s].shape) for s in (LEFT, BELOW, SW)]
    triangles = []
    for corner in ((SW, SE, NE), (SW, NE, NW)):
        px, py = [x[s] for s in corner], [y[s] for s in corner]
        area = .5 * ((px[1] - px[0]) * (py[2] - py[0]) - (px[2] - px[0]) * (py[1] - py[0]))
        assert (area > 0).all()
        side = [density(.5 * (px[i] + px[i - 2]), .5 * (py[i] + py[i - 2])) for i in range(3)]
        ex, ey = [px[i - 1] - px[i - 2] for i in range(3)], [py[i - 1] - py[i - 2] for i in range(3)]
        c = [[-sum(side) / 3 * (ex[i] * ex[j] + ey[i] * ey[j]) / (4 * area) for j in range(3)]
             for i in range(3)]
        if corner[2] is NE:
            along[0][LOW] += c[0][1]
            along[1][:, 1:] += c[1][2]
            along[2] += c[0][2]
        else:
            along[2] += c[0][1]
            along[0][HIGH] += c[1][2]
            along[1][:, :-1] += c[0][2]
        triangles.append((corner, area, side))
    return along, triangles


def laplacian(along, q):
    out = np.zeros_like(q)
    for c, (s, t) in zip(along, ((RIGHT, LEFT), (ABOVE, BELOW), (NE, SW))):
        flow = c * (q[s] - q[t])
        out[s] += flow
        out[t] -= flow
    return out


def solve(along, label, free):
    """Conjugate gradients, preconditioned by the diagonal."""
    q = np.where(label == 2, 1., np.where(label == 1, 0., .5))
    diagonal = np.zeros_like(q)
    for c, (s, t) in zip(along, ((RIGHT, LEFT), (ABOVE, BELOW), (NE, SW))):
        diagonal[s] += c
        diagonal[t] += c
    inverse = np.where(free, 1 / np.where(free, diagonal, 1), 0)
    r = -laplacian(along, q) * free
    p = z = inverse * r
    old = (r * z).sum()
    for turn in range(1, 20000):
        a = laplacian(along, p) * free
        step = old / (p * a).sum()
        q, r = q + step * p, r - step * a
        z = inverse * r
        new = (r * z).sum()
        if turn % 50 == 0 and new < 1e-20 * (q * laplacian(along, q)).sum() and abs(z).max() < 1e-9:
            break
        p, old = z + new / old * p, new
    return q


def figures(name, cells):
    kT = SURFACES[name][0]
    x, y, label = nodes(name, cells)
    least = (energy(name, x, y) / kT).min()

    def density(x, y):
        return np.exp(-np.minimum(energy(name, x, y) / kT - least, 500))

    along, triangles = elements(x, y, density)
    q = solve(along, label, (label == 0) & (density(x, y) > 1e-20))
    flux = (q * laplacian(along, q)).sum()
    z = before = paths = twice = 0.
    for corner, area, side in triangles:
        at = [q[s] for s in corner]
        for i in range(3):
            p, w = .5 * (at[i] + at[i - 2]), area * side[i] / 3
            z += w.sum()
            before += (w * (1 - p)).sum()
            paths += (w * p * (1 - p)).sum()
            twice += (w * 2 * (p * (1 - p))**2).sum()
    return np.array([flux / z, flux / before, paths / flux, twice / paths])


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in SURFACES:
        sys.exit(__doc__)
    cells = [int(n) for n in sys.argv[2:]] or [150, 300, 600]
    rows = [figures(sys.argv[1], n) for n in cells]
    for n, f in zip(cells, rows):
        print("%5d cells  nu %.7g  k_AB %.7g  time %.7g  yield %.7g" % (n, *f))
    if len(rows) > 1:
        ratio = (cells[-1] / cells[-2])**2
        print("no width    nu %.7g  k_AB %.7g  time %.7g  yield %.7g"
              % tuple((ratio * rows[-1] - rows[-2]) / (ratio - 1)))


main()
