/** What a picture is drawn in. */
export type Theme = {
  background: string;
  text: string;
  faint: string;
  grid: string;
  threshold: string;
  incident: string;
  series: readonly { color: string; dash: readonly number[] }[];
};

const solid: readonly number[] = [];
const dashed: readonly number[] = [5, 3];

/** Colours after Okabe and Ito, which people with any kind of colour vision tell apart; the second four are dashed besides. */
function lines(colors: readonly string[]): Theme['series'] {
  return colors.map((color, index) => ({ color, dash: index < 4 ? solid : dashed }));
}

export const lightTheme: Theme = {
  background: '#ffffff',
  text: '#1d1c1d',
  faint: '#5c5b5d',
  grid: '#e3e2e4',
  threshold: '#1d1c1d',
  incident: '#5c5b5d',
  series: lines(['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#b07c00', '#3a3a3a', '#7b5ea7']),
};

export const darkTheme: Theme = {
  background: '#1a1d21',
  text: '#f1f1f1',
  faint: '#b5b6b8',
  grid: '#3a3d42',
  threshold: '#f1f1f1',
  incident: '#b5b6b8',
  series: lines(['#56b4e9', '#ff9a4d', '#2fc79a', '#e19ac1', '#f0e442', '#e69f00', '#ffffff', '#b7a3e0']),
};
