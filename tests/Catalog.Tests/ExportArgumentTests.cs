using OrleansRegistry.Exchange;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>What an export's task keeps.</summary>
public sealed class ExportArgumentTests
{
    private static readonly Guid Parent = Guid.NewGuid();
    private static readonly Guid Own = Guid.NewGuid();

    [Fact]
    public void Arguments_of_an_export_are_read_as_they_were_written()
    {
        var arguments = new ExportArguments(Own, Parent, "{}", [new(Parent, 3)], [new(Parent, 2)], null, 1024, null, false);
        var read = TaskJson.Read<ExportArguments>(TaskJson.Write(arguments));
        Assert.Equal(arguments.Versions!, read.Versions!);
        Assert.Equal(arguments.Since!, read.Since!);
    }
}
