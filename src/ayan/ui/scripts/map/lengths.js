// Lengths and areas on the ellipsoid of the earth (WGS 84), for places some tens of kilometres apart at most.

const EQUATOR = 6_378_137; // metres
const FLATNESS = 0.00669437999014; // the square of its eccentricity
const radians = (degrees) => (degrees * Math.PI) / 180;

// Metres of a radian of longitude and of latitude, at a latitude.
function radii(latitude) {
  const bent = 1 - FLATNESS * Math.sin(radians(latitude)) ** 2;
  const across = EQUATOR / Math.sqrt(bent);
  return [across * Math.cos(radians(latitude)), (across * (1 - FLATNESS)) / bent];
}

export function lengthOf(corners) {
  let sum = 0;
  for (let at = 1; at < corners.length; at++) {
    const [[west, south], [east, north]] = [corners[at - 1], corners[at]];
    const [x, y] = radii((south + north) / 2);
    sum += Math.hypot(radians(east - west) * x, radians(north - south) * y);
  }
  return sum;
}

export function areaOf(corners) {
  const middle = corners.reduce((sum, [, latitude]) => sum + latitude, 0) / corners.length;
  const [x, y] = radii(middle);
  const [[west, south]] = corners;
  const flat = corners.map(([lng, lat]) => [radians(lng - west) * x, radians(lat - south) * y]);
  const twice = flat.reduce((sum, [a, b], at) => {
    const [c, d] = flat[(at + 1) % flat.length];
    return sum + a * d - c * b;
  }, 0);
  return Math.abs(twice) / 2;
}

const side = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));

export function isCrossed(corners) {
  const edges = corners.map((corner, at) => [corner, corners[(at + 1) % corners.length]]);
  return edges.some(([a, b], first) =>
    edges.some(([c, d], other) => {
      const apart = Math.abs(first - other);
      if (apart < 2 || apart === edges.length - 1) return false;
      return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
    }),
  );
}
