using System.Globalization;

namespace OrleansRegistry.Bench.Reports;

/// <summary>Figures as people read them: three digits that matter, thousands apart.</summary>
internal static class Figures
{
    public static double Median(IReadOnlyCollection<double> figures)
    {
        var sorted = figures.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static string Text(double figure) => figure.ToString(
        Math.Abs(figure) switch
        {
            >= 100 => "#,0",
            >= 10 => "0.0",
            _ => "0.00",
        },
        CultureInfo.InvariantCulture);
}
