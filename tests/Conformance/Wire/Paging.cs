using System.Text.RegularExpressions;

namespace OrleansRegistry.Conformance;

internal static partial class Paging
{
    /// <summary>Where the next page is, or null on the last one. Source: RFC 8288.</summary>
    public static string? Next(HttpResponseMessage response)
    {
        var header = response.Header("Link");
        return header is null ? null : Link.Match(header).Groups[1].Value;
    }

    /// <summary>Everything that a list holds, page by page.</summary>
    public static async Task<IReadOnlyList<string[]>> ReadAsync(RegistryClient client, string path, string member)
    {
        var pages = new List<string[]>();
        for (var next = path; next is not null;)
        {
            var response = await client.GetAsync(next).Answers(200);
            pages.Add([.. (await response.JsonAsync())[member]!.AsArray().Select(entry => entry!.GetValue<string>())]);
            next = Next(response);
        }

        return pages;
    }

    [GeneratedRegex("""\A<([^>]+)>; *rel="?next"?\z""")]
    private static partial Regex Link { get; }
}
