using OrleansRegistry.Exchange;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>The names of resources.</summary>
public sealed class AddressTests
{
    private static readonly Guid Parent = Guid.Parse("0198c0de-0000-7000-8000-000000000001");
    private static readonly Guid Own = Guid.Parse("0198c0de-0000-7000-8000-000000000002");

    [Fact]
    public void Exports_and_imports_lie_below_what_made_them()
    {
        var (export, import) = (ResourceReference.Export(Parent, Own), ResourceReference.Import(Parent, Own));
        Assert.Equal($"/pulp/api/v3/exporters/core/pulp/{Parent}/exports/{Own}/", Address.Href(export));
        Assert.Equal($"/pulp/api/v3/importers/core/pulp/{Parent}/imports/{Own}/", Address.Href(import));
        Assert.Equal($"prn:core.pulpexport:{Own}", Address.Prn(ResourceKind.Export, Own));
        Assert.Equal($"prn:core.pulpimport:{Own}", Address.Prn(ResourceKind.Import, Own));
        foreach (var resource in new[] { export, import })
        {
            Assert.True(Address.TryParse(Address.Href(resource), out var read));
            Assert.Equal(resource, read);
            Assert.True(Address.TryParse(Address.Prn(resource.Kind, Own), out var named));
            Assert.Equal(resource with { Parent = null }, named);
        }
    }

    [Fact]
    public void Nothing_lies_below_what_made_something_else()
    {
        foreach (var href in new[]
        {
            $"/pulp/api/v3/exporters/core/pulp/{Parent}/imports/{Own}/",
            $"/pulp/api/v3/importers/core/pulp/{Parent}/exports/{Own}/",
            $"/pulp/api/v3/users/{Parent}/exports/{Own}/",
            $"/pulp/api/v3/exporters/core/pulp/{Parent}/exports/{Own}",
            $"/pulp/api/v3/exporters/core/pulp/{Parent}/exports/x/",
        })
            Assert.False(Address.TryParse(href, out _), href);
    }

    [Fact]
    public void Arguments_of_an_export_are_read_as_they_were_written()
    {
        var arguments = new ExportArguments(Own, Parent, "{}", [new(Parent, 3)], [new(Parent, 2)], null, 1024, null, false);
        var read = TaskJson.Read<ExportArguments>(TaskJson.Write(arguments));
        Assert.Equal(arguments.Versions!, read.Versions!);
        Assert.Equal(arguments.Since!, read.Since!);
    }
}
