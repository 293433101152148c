// A year without the three lines for a first visit.
export default function ({ data }) {
  document.cookie = `${data.cookie}=${data.value}; max-age=31536000; path=/; samesite=lax`;
}
