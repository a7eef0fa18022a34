using System.Globalization;
using OrleansRegistry.Content;

namespace OrleansRegistry.Storage.Tests;

/// <summary>SQL calls kinds by names, which stand for the numbers that are stored.</summary>
public sealed class KindsTests
{
    [Theory]
    [InlineData("Kinds", typeof(ContentKind))]
    [InlineData("Links", typeof(LinkKind))]
    public void Each_name_stands_for_the_number_of_its_kind(string names, Type kinds)
    {
        var fields = typeof(IDatabase).Assembly.GetType($"OrleansRegistry.Storage.{names}", throwOnError: true)!.GetFields();
        foreach (var kind in Enum.GetValues(kinds))
            Assert.Equal(
                $"{Convert.ToInt16(kind, CultureInfo.InvariantCulture)}",
                fields.Single(field => field.Name == $"{kind}").GetRawConstantValue());
    }
}
