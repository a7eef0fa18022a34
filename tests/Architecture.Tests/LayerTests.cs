namespace OrleansRegistry.Architecture.Tests;

/// <summary>The layers: what may know what. A new project or package is a line here, and a decision.</summary>
public sealed class LayerTests
{
    [Theory]
    [InlineData("Oci", "")]
    [InlineData("Catalog", "Oci")]
    [InlineData("Signatures", "Oci")]
    [InlineData("Bundles", "Signatures")]
    [InlineData("Grains.Interfaces", "Catalog")]
    [InlineData("Grains", "Bundles Grains.Interfaces Signatures")]
    [InlineData("Storage", "Catalog")]
    [InlineData("Upstream", "Catalog")]
    [InlineData("Api", "Grains.Interfaces")]
    [InlineData("Silo", "Api Grains Storage Upstream")]
    public void A_project_knows_only_what_is_below_it(string project, string below) =>
        Assert.Empty(Checkout.References(project, "ProjectReference").Except(below.Split(' ')));

    [Theory]
    [InlineData("Oci", "")]
    [InlineData("Catalog", "")]
    [InlineData("Signatures", "BouncyCastle.Cryptography System.Security.Cryptography.Cose")]
    [InlineData("Bundles", "System.IO.Hashing")]
    [InlineData("Grains.Interfaces", "Cronos Microsoft.Orleans.Sdk")]
    [InlineData("Grains", "Microsoft.Extensions.Caching.Memory Microsoft.Orleans.Reminders Microsoft.Orleans.Server Microsoft.Orleans.Streaming")]
    [InlineData("Storage", "Microsoft.Data.Sqlite Microsoft.Extensions.Caching.Memory Npgsql")]
    [InlineData("Upstream", "Microsoft.Extensions.DependencyInjection.Abstractions Polly.Core")]
    [InlineData("Api", "Microsoft.IdentityModel.JsonWebTokens")]
    [InlineData(
        "Silo",
        "Microsoft.Orleans.Clustering.AdoNet Microsoft.Orleans.Connections.Security Microsoft.Orleans.Persistence.AdoNet Microsoft.Orleans.Reminders.AdoNet "
        + "Microsoft.Orleans.Server OpenTelemetry.Exporter.OpenTelemetryProtocol OpenTelemetry.Exporter.Prometheus.AspNetCore "
        + "OpenTelemetry.Extensions.Hosting")]
    public void A_package_has_one_owner(string project, string packages) =>
        Assert.Empty(Checkout.References(project, "PackageReference").Except(packages.Split(' ')));

    [Fact]
    public void Every_project_has_its_place()
    {
        string[] placed = ["Api", "Bundles", "Catalog", "Grains", "Grains.Interfaces", "Oci", "Signatures", "Silo", "Storage", "Upstream"];
        Assert.Equal(placed, Checkout.Projects.Order(StringComparer.Ordinal));
    }

    // What the compiler saw, whatever path it came by.
    [Theory]
    [InlineData("Oci", "OrleansRegistry. Orleans Npgsql Microsoft.Data Microsoft.AspNetCore BouncyCastle")]
    [InlineData("Catalog", "Orleans. Npgsql Microsoft.Data Microsoft.AspNetCore BouncyCastle")]
    [InlineData("Signatures", "Orleans. OrleansRegistry.Catalog Npgsql Microsoft.Data Microsoft.AspNetCore")]
    [InlineData("Bundles", "Orleans. OrleansRegistry.Catalog Npgsql Microsoft.Data Microsoft.AspNetCore")]
    [InlineData("Grains.Interfaces", "OrleansRegistry.Storage Npgsql Microsoft.Data Microsoft.AspNetCore BouncyCastle")]
    [InlineData("Grains", "OrleansRegistry.Storage OrleansRegistry.Api Npgsql Microsoft.Data Microsoft.AspNetCore BouncyCastle")]
    [InlineData("Storage", "Orleans. OrleansRegistry.Grains OrleansRegistry.Api Microsoft.AspNetCore BouncyCastle")]
    [InlineData("Upstream", "Orleans. OrleansRegistry.Grains OrleansRegistry.Api OrleansRegistry.Storage Npgsql Microsoft.Data Microsoft.AspNetCore BouncyCastle")]
    [InlineData("Api", "OrleansRegistry.Grains, OrleansRegistry.Storage OrleansRegistry.Upstream Npgsql Microsoft.Data BouncyCastle")]
    [InlineData("Silo", "Npgsql Microsoft.Data BouncyCastle")]
    public void An_assembly_does_not_use_what_is_not_its_business(string project, string forbidden)
    {
        var used = Checkout.Assembly(project).GetReferencedAssemblies().Select(name => name.FullName);
        Assert.DoesNotContain(
            used, name => forbidden.Split(' ').Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
    }
}
