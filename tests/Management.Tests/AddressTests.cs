using OrleansRegistry.Resources;

namespace OrleansRegistry.Management.Tests;

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
    public void Each_kind_is_read_back_from_its_names()
    {
        foreach (var kind in Enum.GetValues<ResourceKind>().Where(kind => kind is not ResourceKind.RepositoryVersion))
        {
            var resource = new ResourceReference(kind, Own) { Parent = ResourceTable.Of(kind).Below is null ? null : Parent };
            Assert.True(Address.TryParse(Address.Href(resource), out var read));
            Assert.Equal(resource, read);
            Assert.True(Address.TryParse(Address.Prn(kind, Own), out var named));
            Assert.Equal(resource with { Parent = null }, named);
        }
    }

    [Fact]
    public void A_version_is_named_by_its_number_and_by_an_id_of_its_own()
    {
        var version = ResourceReference.Version(Parent, 3);
        Assert.Equal($"/pulp/api/v3/repositories/container/container/{Parent}/versions/3/", Address.Href(version));
        Assert.True(Address.TryParse(Address.Href(version), out var read));
        Assert.Equal(version, read);
        var prn = Address.Prn(ResourceKind.RepositoryVersion, Own);
        Assert.False(Address.TryParse(prn, out _));
        Assert.True(Address.TryParseVersionPrn(prn, out var own));
        Assert.Equal(Own, own);
    }
}
