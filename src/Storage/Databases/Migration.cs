using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Storage;

/// <summary>One numbered step of the schema: <c>Migrations/{dialect}/NNNN-name.sql</c>, never changed once
/// released.</summary>
public sealed partial record Migration(int Number, string Name, string Sql)
{
    /// <summary>The steps built into this program for an engine, in order.</summary>
    public static IReadOnlyList<Migration> Of(Dialect dialect)
    {
        var assembly = typeof(Migration).Assembly;
        return
        [
            .. from resource in assembly.GetManifestResourceNames()
               let file = ResourceName.Match(resource)
               where file.Success && file.Groups["dialect"].Value == dialect.Name
               let number = int.Parse(file.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)
               orderby number
               select new Migration(number, file.Groups["name"].Value, Read(assembly, resource)),
        ];
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return text.ReadToEnd();
    }

    [GeneratedRegex(@"\.Migrations\.(?<dialect>[a-z]+)\.(?<number>[0-9]{4})-(?<name>[a-z0-9-]+)\.sql\z")]
    private static partial Regex ResourceName { get; }
}
